import { describe, expect, test } from "vitest";
import type { ExchangeReply, ExchangeRequest, Lease } from "../../contracts/index.ts";
import { HeldLeases } from "./held-leases.ts";

const REQUEST: ExchangeRequest = { worker: "w", leaseMs: 900 };
const REPLY: ExchangeReply = { settled: [], extended: [], leases: [], parked: [] };

function lease(id: string, number: number): Lease {
  return {
    id,
    task: "t",
    queue: "q",
    priority: 0,
    body: "{}",
    lease: number,
    attempt: 1,
    crashes: 0,
    createdAt: 0,
    reservedAt: 0,
  };
}

function holding(...ids: string[]): HeldLeases {
  const held = new HeldLeases();
  held.follow(REQUEST, { ...REPLY, leases: ids.map((id) => lease(id, 1)) }, 0);
  return held;
}

describe("HeldLeases", () => {
  test("a lease is due a third of its life after its last renewal", () => {
    const held = holding("a");
    expect(held.due(299)).toEqual([]);
    expect(held.due(300)).toMatchObject([{ id: "a", lease: 1, leaseMs: 900 }]);
    held.renewed([{ id: "a", lease: 1 }], 300);
    expect(held.due(599)).toEqual([]);
    expect(held.due(600)).toHaveLength(1);
  });

  test("what is settled is let go of, but for a settlement that a cancellation refused", () => {
    const held = holding("a", "b", "c");
    const settle = ["a", "b", "c"].map((id) => ({ id, lease: 1, to: "succeeded" as const, charged: true }));
    held.follow({ ...REQUEST, settle }, { ...REPLY, settled: ["applied", "cancelled", "stale"] }, 1);
    expect(["a", "b", "c"].map((id) => held.holds({ id, lease: 1 }))).toEqual([false, true, false]);
  });

  test("an extension that is lost is let go of", () => {
    const held = holding("a", "b");
    const extend = ["a", "b"].map((id) => ({ id, lease: 1 }));
    held.follow({ ...REQUEST, extend }, { ...REPLY, extended: ["lost", "kept"] }, 1);
    expect([held.size, held.leaseOf("a"), held.leaseOf("b")]).toEqual([1, undefined, 1]);
  });

  test("an extension gives a lease the life that it asks for, from then on", () => {
    const held = holding("a");
    held.follow({ ...REQUEST, leaseMs: 9_000, extend: [{ id: "a", lease: 1 }] }, { ...REPLY, extended: ["kept"] }, 100);
    expect(held.due(3_099)).toEqual([]);
    expect(held.due(3_100)).toMatchObject([{ id: "a", leaseMs: 9_000 }]);
    expect(held.dropLapsing(8_000)).toEqual([]);
  });

  test("an older token of a job does not drop the newer one", () => {
    const held = holding("a");
    held.follow(REQUEST, { ...REPLY, leases: [lease("a", 2)] }, 1);
    held.drop({ id: "a", lease: 1 });
    expect([held.holds({ id: "a", lease: 1 }), held.holds({ id: "a", lease: 2 })]).toEqual([false, true]);
  });

  test("the shortest lease sets the pace", () => {
    const held = holding("a");
    expect(held.intervalMs).toBe(300);
    held.follow({ ...REQUEST, leaseMs: 90 }, { ...REPLY, leases: [lease("b", 1)] }, 0);
    expect(held.intervalMs).toBe(30);
  });
});
