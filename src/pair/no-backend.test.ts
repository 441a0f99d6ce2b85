import { expect, test } from "vitest";
import type { Store } from "../contracts/index.ts";
import { memory } from "../drivers/memory/index.ts";
import { CapabilityError } from "../errors/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { withoutBackend } from "./index.ts";

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function broker(): Store {
  const options = { location: "", namespace: "test", parameters: {}, logger, clock: new FakeClock() };
  const store = memory.store?.({ ...options, durability: "full" });
  if (store === undefined) throw new Error("The memory driver offers no store.");
  return store;
}

test("jobs are sent and run, and nothing is kept of them but dead letters", async () => {
  const carrier = broker();
  const store = withoutBackend(carrier);
  await store.open();
  const job = { task: "add", queue: "default", priority: 0, body: "{}" };
  expect(
    await store.enqueue([
      { id: "a", ...job },
      { id: "b", ...job },
    ]),
  ).toEqual(["accepted", "accepted"]);
  const queues = [{ name: "default", limit: 2 }];
  const reserve = { queues, tasks: ["add"], leaseMs: 1_000, parkMs: 1_000 };
  const { leases } = await store.exchange({ worker: "w1", leaseMs: 1_000, reserve });
  expect(leases.map(({ id }) => id)).toEqual(["a", "b"]);
  const keep = { recordMs: null, resultMs: null };
  const reply = await store.exchange({
    worker: "w1",
    leaseMs: 1_000,
    settle: [
      { id: "a", lease: 1, to: "succeeded", charged: true, result: "3", keep },
      { id: "b", lease: 1, to: "failed", charged: true, error: "{}", keep },
    ],
  });
  expect(reply.settled).toEqual(["applied", "applied"]);
  expect(await carrier.load(["a", "b"])).toMatchObject([undefined, { state: "failed" }]);
  await store.close();
});

test("what needs a record is refused, and the refusal says what would help", async () => {
  const store = withoutBackend(broker());
  expect(store.inspection).toBeUndefined();
  const keep = { recordMs: 0, resultMs: 0 };
  const asked = [store.insert([]), store.save([]), store.load([]), store.requestCancel([], keep), store.purge(1)];
  for (const outcome of await Promise.allSettled(asked)) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "ERR_CAPABILITY", retryable: false } });
    expect(String(Reflect.get(outcome, "reason"))).toContain("needs a backend: give `backend:` or a store");
  }
  expect(() => store.watch(() => {})).toThrow(CapabilityError);
});
