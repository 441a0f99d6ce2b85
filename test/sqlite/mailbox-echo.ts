import { parentPort, workerData } from "node:worker_threads";
import { Inbox, Outbox, type Posted, waitingIn } from "../../src/drivers/sqlite/mailbox.ts";

/*
 * A thread that sends back what it is sent, now looking for more and now not.
 */
if (parentPort === null) throw new Error("the entry of a thread");
const port = parentPort;
const { there, back } = workerData as { there: SharedArrayBuffer; back: SharedArrayBuffer };
const inbox = new Inbox<number>(there, waitingIn(port));
const outbox = new Outbox<number>(back, (posted) => port.postMessage(posted));

function attend(posted?: Posted<number>): void {
  inbox.isLooking = true;
  let messages = inbox.take(posted);
  while (messages.length > 0) {
    for (const number of messages) outbox.send(number, number % 13 === 0 ? 100 : 1);
    const until = performance.now() + ((messages[0] ?? 0) % 4) * 0.02;
    while (!inbox.hasMore && performance.now() < until);
    messages = inbox.take();
  }
  inbox.isLooking = false;
  if (inbox.hasMore) setImmediate(attend);
}

port.on("message", (posted: Posted<number> | undefined) => (posted === undefined ? port.close() : attend(posted)));
