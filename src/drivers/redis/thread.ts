import { parentPort, workerData } from "node:worker_threads";
import { Connection } from "./connection.ts";
import { LeaseBoard } from "./lease-board.ts";
import type { FromLeaseThread, LeaseThreadData, ToLeaseThread } from "./lease-thread.ts";
import { Renewals } from "./renewals.ts";
import { readScripts } from "./scripts.ts";
import { clientOf } from "./settings.ts";

/*
 * Entry of the thread that renews leases, over a connection of its own.
 */
const port = parentPort;
if (port === null) throw new Error("thread.ts is started by the Redis store, in a worker thread");

const { memory, settings, blockedLimitMs } = workerData as LeaseThreadData;
const post = (message: FromLeaseThread): void => port.postMessage(message);
const connection = new Connection(await clientOf(settings, "leases"), readScripts(), settings.place);
const renewals = new Renewals(new LeaseBoard(memory), blockedLimitMs, {
  renew: async (prefix, holders) => {
    const args = holders.flatMap(({ name, leaseMs }) => [name, String(leaseMs)]);
    const doubts = await connection.run<readonly number[]>("renew", prefix, args);
    return doubts.map((doubt) => doubt === 1);
  },
  onDoubt: (doubt) => post({ doubt }),
  onLapsing: (lapsing) => post({ lapsing }),
});
port.on("message", ({ add }: ToLeaseThread) => {
  if (add !== undefined) renewals.add(add);
});
await connection.open(settings.answerLimitMs);
post({ ready: true });
