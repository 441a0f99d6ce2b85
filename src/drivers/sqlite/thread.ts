import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { storedError } from "../../core/stored-error.ts";
import { Host } from "./host.ts";
import { openDatabase } from "./open-database.ts";
import type { FromThread, ThreadOptions, ToThread } from "./protocol.ts";

/*
 * Entry of the store's thread: opens the file, then hands every turn's messages to the host together, so that what
 * arrived while the disk was busy shares the next write to it.
 */
const port = parentPort;
if (port === null) throw new Error("thread.ts is started by the SQLite store, in a worker thread");

const inbox = port;
const options = workerData as ThreadOptions;
const post = (message: FromThread): void => inbox.postMessage(message);

/** How long to look for the next message before sleeping: waking a thread costs more than this. */
const LOOK_US = 60;
/** Messages closer together than this are worth looking for. */
const BUSY_GAP_MS = 0.5;

const posted = new Int32Array(options.posted);
let seen = 0;

/** Everything that has arrived by now. */
function received(): ToThread[] {
  seen = Atomics.load(posted, 0);
  const messages: ToThread[] = [];
  for (;;) {
    const next: { message: ToThread } | undefined = receiveMessageOnPort(inbox);
    if (next === undefined) return messages;
    messages.push(next.message);
  }
}

/** Looks for a message a little longer, with its eyes open. */
function lookFor(us: number): boolean {
  const until = performance.now() + us / 1_000;
  while (performance.now() < until) {
    if (Atomics.load(posted, 0) !== seen) return true;
  }
  return false;
}

try {
  const host = new Host(openDatabase(options), options, post);
  let lastAt = 0;
  const handle = (messages: ToThread[]): void => {
    const gap = performance.now() - lastAt;
    host.handle(messages);
    lastAt = performance.now();
    if (messages.some((message) => message.close === true)) {
      host.close();
      post({ closed: true });
      inbox.close();
    } else if (gap < BUSY_GAP_MS && lookFor(LOOK_US)) {
      const more = received();
      if (more.length > 0) handle(more);
    }
  };
  inbox.on("message", (first: ToThread) => handle([first, ...received()]));
  post({ opened: true });
} catch (error) {
  post({ failed: storedError(error) });
}
