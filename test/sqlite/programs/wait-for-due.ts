/* Waits for a job that is due in an hour, and says what it then gets. Arguments: the database. */
import { storeAt } from "../../processes/store-at.ts";

const store = await storeAt(`sqlite:${process.argv[2] ?? ""}`);
const [queues, tasks] = [["q"], ["t"]];
await store.enqueue([{ id: "a", task: "t", queue: "q", priority: 0, body: '{"args":[]}', delayMs: 3_600_000 }]);
setTimeout(() => process.stdout.write("waiting\n"), 100);
await store.wait({ queues, tasks, maxMs: 120_000, signal: new AbortController().signal });
const reserve = { queues: [{ name: "q", limit: 1 }], tasks, leaseMs: 60_000, parkMs: 60_000 };
const { leases } = await store.exchange({ worker: "w", leaseMs: 60_000, reserve });
process.stdout.write(`got ${leases.length}\n`);
await store.close();
