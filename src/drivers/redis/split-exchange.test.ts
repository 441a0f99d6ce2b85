import { expect, test } from "vitest";
import type { ExchangeRequest, Settlement } from "../../contracts/index.ts";
import { CALL_JOBS, joinReplies, splitExchange } from "./split-exchange.ts";

const asker = { worker: "w", leaseMs: 10_000 };
const reservation = { tasks: ["add"], leaseMs: 10_000, parkMs: 1_000 };

function settlements(count: number): Settlement[] {
  return Array.from({ length: count }, (_, at) => ({ id: String(at), lease: 1, to: "succeeded", charged: true }));
}

test("an exchange of few jobs is one call, as it is", () => {
  const request: ExchangeRequest = {
    ...asker,
    settle: settlements(CALL_JOBS),
    reserve: { ...reservation, queues: [{ name: "default", limit: CALL_JOBS }] },
  };
  expect(splitExchange(request)).toEqual([request]);
});

test("one of many jobs settles them in order, and only then reserves", () => {
  const parts = splitExchange({
    ...asker,
    settle: settlements(2 * CALL_JOBS + 1),
    reserve: {
      ...reservation,
      queues: [
        { name: "a", limit: CALL_JOBS + 10 },
        { name: "b", limit: 5 },
      ],
    },
  });
  expect(parts.map(({ settle = [] }) => settle.length)).toEqual([CALL_JOBS, CALL_JOBS, 1, 0]);
  expect(parts.flatMap(({ settle = [] }) => settle)).toEqual(settlements(2 * CALL_JOBS + 1));
  expect(parts.map(({ reserve }) => reserve?.queues)).toEqual([
    undefined,
    undefined,
    [{ name: "a", limit: CALL_JOBS }],
    [
      { name: "a", limit: 10 },
      { name: "b", limit: 5 },
    ],
  ]);
  expect(parts.every(({ worker }) => worker === "w")).toBe(true);
});

test("one that only reserves, or only settles, much is split too", () => {
  const queues = [{ name: "a", limit: 1_000 }];
  const reserving = splitExchange({ ...asker, reserve: { ...reservation, queues } });
  expect(reserving.map(({ reserve }) => reserve?.queues[0]?.limit)).toEqual([256, 256, 256, 232]);
  const settling = splitExchange({ ...asker, settle: settlements(300) });
  expect(settling.map(({ settle, reserve }) => [settle?.length, reserve])).toEqual([
    [256, undefined],
    [44, undefined],
  ]);
});

test("what ends otherwise than well weighs more", () => {
  const failed = settlements(CALL_JOBS).map((each): Settlement => ({ ...each, to: "failed" }));
  expect(splitExchange({ ...asker, settle: failed }).map(({ settle }) => settle?.length)).toEqual([85, 85, 85, 1]);
});

test("answers are joined in the order of the parts", () => {
  const reply = (settled: "applied" | "stale"): Parameters<typeof joinReplies>[0][number] => ({
    settled: [settled],
    extended: [],
    leases: [],
    parked: [],
  });
  expect(joinReplies([reply("stale"), reply("applied")]).settled).toEqual(["stale", "applied"]);
});
