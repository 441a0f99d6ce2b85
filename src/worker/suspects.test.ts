import { describe, expect, test } from "vitest";
import type { Lease } from "../contracts/index.ts";
import { Suspects } from "./suspects.ts";

function leaseOf(id: string, crashes: number): Lease {
  return {
    id,
    task: "t",
    queue: "q",
    priority: 0,
    body: "{}",
    lease: 1,
    attempt: 1,
    crashes,
    createdAt: 0,
    reservedAt: 0,
  };
}

describe("Suspects", () => {
  test("only a job whose next lost lease would be its last is one", () => {
    const suspects = new Suspects(3);
    expect([0, 1, 2, 3].map((crashes) => suspects.isSuspect(leaseOf("a", crashes)))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(new Suspects(1).isSuspect(leaseOf("a", 0))).toBe(false);
  });

  test("one is held at a time; the others go back, and it waits until they have", async () => {
    const back: string[] = [];
    const gone = Promise.withResolvers<void>();
    const suspects = new Suspects(3);
    const admit = (id: string, crashes: number): boolean =>
      suspects.admit(leaseOf(id, crashes), () => {
        back.push(id);
        return gone.promise;
      });
    expect(admit("plain", 1)).toBe(true);
    expect(admit("a", 2)).toBe(true);
    expect(admit("b", 2)).toBe(false);
    expect(back).toEqual(["b"]);
    let away = false;
    const waiting = suspects.othersAway().then(() => {
      away = true;
    });
    await Promise.resolve();
    expect(away).toBe(false);
    gone.resolve();
    await waiting;
    suspects.drop({ id: "a", lease: 9 });
    expect(admit("c", 2)).toBe(false);
    suspects.drop({ id: "a", lease: 1 });
    expect(admit("c", 2)).toBe(true);
  });
});
