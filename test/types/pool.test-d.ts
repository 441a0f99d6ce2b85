import { type PoolHandle, Pool } from "../../src/pool/index.ts";
import { type Same, same } from "./same.ts";

const pool = new Pool();

// From the function to the value.
same<Same<ReturnType<typeof sum>, PoolHandle<number>>>();
const sum = () => pool.push(async ({ attempt, signal }) => (signal.aborted ? attempt : 0));
const text = pool.run(() => "text");
same<Same<typeof text, Promise<string>>>();

// From a task object's execute to its success.
void pool.run({
  execute: async () => ({ id: 1 }),
  success: (result) => same<Same<typeof result.value, { id: number }>>(),
  fail: (result) => same<Same<typeof result.error, unknown>>(),
});

// Through streams: the state tells which it is.
for await (const result of pool.map(["a", "b"], async (item) => item.length)) {
  same<Same<typeof result.index, number>>();
  if (result.state === "succeeded") same<Same<typeof result.value, number>>();
  else same<Same<typeof result.error, unknown>>();
  // @ts-expect-error a failed job has no value
  void result.value;
}
const tasks = (function* () {
  yield () => 1n;
})();
for await (const result of pool.pushAll(tasks)) {
  if (result.state === "succeeded") same<Same<typeof result.value, bigint>>();
}

// Batches.
const batch = pool.batch(async (items: readonly Date[]) => items.length);
same<Same<ReturnType<typeof batch.push>["result"], Promise<number>>>();
batch.push(new Date());
// @ts-expect-error an item is of another type
batch.push("now");

// @ts-expect-error a task has an execute
pool.push({ run: () => 1 });
// @ts-expect-error options that do not exist
pool.push(() => 1, { prio: 1 });
// @ts-expect-error a policy that does not exist
void new Pool({ whenFull: "drop" });
