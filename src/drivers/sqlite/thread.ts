import { parentPort, workerData } from "node:worker_threads";
import { storedError } from "../../core/stored-error.ts";
import { Host } from "./host.ts";
import { Inbox, Outbox, type Posted, waitingIn } from "./mailbox.ts";
import { openDatabase } from "./open-database.ts";
import type { FromThread, ThreadOptions, ToThread } from "./protocol.ts";

/*
 * Entry of the store's thread: opens the file, then hands every turn's messages to the host together, so that what
 * arrived while the disk was busy shares the next write to it.
 */
if (parentPort === null) throw new Error("thread.ts is started by the SQLite store, in a worker thread");

/** How long to look for the next message before sleeping: waking a thread costs more than this. */
const LOOK_US = 60;
/** Messages closer together than this are worth looking for. */
const BUSY_GAP_MS = 0.5;
/** After this long, timers have their turn. */
const TURN_MS = 10;

const port = parentPort;
const options = workerData as ThreadOptions;
const outbox = new Outbox<FromThread>(options.fromThread, (posted) => port.postMessage(posted, []));
const inbox = new Inbox<ToThread>(options.toThread, waitingIn(port));
const post = (message: FromThread): void => outbox.send(message);

/** Looks for a message a little longer, with its eyes open. */
function lookFor(us: number): ToThread[] {
  const until = performance.now() + us / 1_000;
  while (!inbox.hasMore && performance.now() < until);
  return inbox.take();
}

function serve(host: Host): void {
  let lastAt = 0;
  const attend = (posted?: Posted<ToThread>): void => {
    const turnOver = performance.now() + TURN_MS;
    inbox.isLooking = true;
    let messages = inbox.take(posted);
    while (messages.length > 0) {
      const gap = performance.now() - lastAt;
      host.handle(messages);
      lastAt = performance.now();
      if (messages.some((message) => message.close === true)) {
        host.close();
        post({ closed: true });
        port.close();
        return;
      }
      messages = lastAt < turnOver && gap < BUSY_GAP_MS ? lookFor(LOOK_US) : [];
    }
    inbox.isLooking = false;
    // What came just before that was said woke nobody.
    if (inbox.hasMore) setImmediate(attend);
  };
  port.on("message", attend);
}

try {
  serve(new Host(openDatabase(options), options, post));
  post({ opened: true });
} catch (error) {
  post({ failed: storedError(error) });
}
