import { parentPort, workerData } from "node:worker_threads";

/*
 * Says when each request of a steady rate is due, in milliseconds since the epoch: a thread that sleeps until then. A load
 * that looks at the clock all the time takes one of two cores from the server that it measures.
 */
const { rate, ms } = workerData as { rate: number; ms: number };
const asleep = new Int32Array(new SharedArrayBuffer(4));
const now = (): number => performance.timeOrigin + performance.now();

const started = now() + 20;
for (let due = started; due < started + ms; due += 1_000 / rate) {
  const left = due - now();
  if (left > 0) Atomics.wait(asleep, 0, 0, left);
  parentPort?.postMessage(due);
}
