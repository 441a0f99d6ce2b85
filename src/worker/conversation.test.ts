import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "vitest";
import type { ExchangeRequest, Lease, LeaseRef, Store, WaitRequest } from "../contracts/index.ts";
import { StoreUnavailableError } from "../errors/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Conversation } from "./conversation.ts";
import { Lane } from "./lane.ts";
import { workerPlan } from "./worker-options.ts";

test("what is handed over while a queue is waited for starts at once, and more is asked for when the turn is over", async () => {
  const handed = { id: "a", lease: 1, queue: "default" } as Lease;
  const asked: ExchangeRequest[] = [];
  const waits: WaitRequest[] = [];
  const store = {
    exchange: async (request: ExchangeRequest) => {
      asked.push(request);
      return { settled: [], extended: [], leases: [], parked: [] };
    },
    wait: (request: WaitRequest) => {
      waits.push(request);
      return waits.length === 1 ? Promise.resolve([handed]) : new Promise(() => {});
    },
  } as unknown as Store;
  const got: string[] = [];
  const plan = workerPlan({ tasks: [], name: "w" });
  const clock = new FakeClock();
  const conversation = new Conversation(store, plan, [], clock, {
    onLeases: (_, leases) => got.push(...leases.map(({ lease }) => `${lease.id} after ${asked.length}`)),
    onParked: () => {},
    onError: () => {},
  });
  conversation.addLane(new Lane("default", { concurrency: 2, minIntervalMs: 0 }, 0, clock.monotonic()));
  await turn();
  await turn();
  assert.deepEqual(got, ["a after 1"]);
  assert.deepEqual(
    asked.map(({ reserve }) => reserve?.handOver),
    [true, true],
  );
  assert.deepEqual(waits[0]?.handOver, { worker: "w", leaseMs: plan.leaseMs });
  conversation.close();
});

test("what is handed over after the end is left to lapse", async () => {
  const waited = Promise.withResolvers<readonly Lease[]>();
  const abandoned: LeaseRef[] = [];
  const store = {
    exchange: async () => ({ settled: [], extended: [], leases: [], parked: [] }),
    wait: () => waited.promise,
    leaseKeeping: { onSignal: () => () => {}, abandon: (leases: readonly LeaseRef[]) => abandoned.push(...leases) },
  } as unknown as Store;
  const clock = new FakeClock();
  const conversation = new Conversation(store, workerPlan({ tasks: [] }), [], clock, {
    onLeases: () => assert.fail("nobody runs it"),
    onParked: () => {},
    onError: () => {},
  });
  conversation.addLane(new Lane("default", { concurrency: 2, minIntervalMs: 0 }, 0, clock.monotonic()));
  await turn();
  conversation.close();
  waited.resolve([{ id: "a", lease: 1, queue: "default" } as Lease]);
  await turn();
  assert.deepEqual(
    abandoned.map(({ id }) => id),
    ["a"],
  );
});

test("what the store did not take until the end is not kept alive by the driver", async () => {
  const abandoned: LeaseRef[] = [];
  const answers = [Promise.withResolvers<never>(), Promise.withResolvers<never>()];
  let asked = 0;
  const store = {
    exchange: () => answers[asked++]?.promise,
    leaseKeeping: { onSignal: () => () => {}, abandon: (leases: readonly LeaseRef[]) => abandoned.push(...leases) },
  } as unknown as Store;
  const errors: unknown[] = [];
  const conversation = new Conversation(store, workerPlan({ tasks: [] }), [], new FakeClock(), {
    onLeases: () => {},
    onParked: () => {},
    onError: (error) => errors.push(error),
  });
  const settle = (id: string): void =>
    conversation.settle({ settlement: { id, lease: 1, to: "succeeded", charged: true }, onOutcome: () => {} });
  settle("under way");
  await turn();
  settle("not sent");
  await turn();
  conversation.close();
  assert.deepEqual(
    abandoned.map(({ id }) => id),
    ["not sent"],
  );
  answers[0]?.reject(new StoreUnavailableError("gone"));
  await turn();
  assert.ok(abandoned.some(({ id }) => id === "under way"));
  assert.deepEqual(errors, []);
});
