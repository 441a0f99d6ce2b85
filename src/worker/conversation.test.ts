import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "vitest";
import type { LeaseRef, Store } from "../contracts/index.ts";
import { StoreUnavailableError } from "../errors/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Conversation } from "./conversation.ts";
import { workerPlan } from "./worker-options.ts";

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
