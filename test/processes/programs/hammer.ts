/* One of many processes at one store: sends, and runs what it and the others send. Arguments: its URL, a number. */
import { storeAt } from "../store-at.ts";

const [, , url = "", number = "0"] = process.argv;
const SENDS = 100;
const store = await storeAt(url);
const latencies: number[] = [];
const done: string[] = [];
for (let at = 0; at < SENDS; at += 1) {
  const began = performance.now();
  await store.enqueue([{ id: `${number}-${at}`, task: "t", queue: "q", priority: 0, body: '{"args":[]}' }]);
  latencies.push(performance.now() - began);
  if (at % 10 !== 0) continue;
  const request = { worker: number, leaseMs: 60_000 };
  const { leases } = await store.exchange({
    ...request,
    reserve: { queues: [{ name: "q", limit: 5 }], tasks: ["t"], leaseMs: 60_000, parkMs: 60_000 },
  });
  const settle = leases.map(({ id, lease }) => ({
    id,
    lease,
    to: "succeeded" as const,
    charged: true,
    result: number,
  }));
  const { settled } = await store.exchange({ ...request, settle });
  done.push(...leases.filter((_, index) => settled[index] === "applied").map(({ id }) => id));
}
await store.close();
process.stdout.write(`${JSON.stringify({ latencies, done })}\n`);
