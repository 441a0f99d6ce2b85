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

const options = workerData as ThreadOptions;
const post = (message: FromThread): void => port.postMessage(message);

try {
  const host = new Host(openDatabase(options), options, post);
  port.on("message", (first: ToThread) => {
    const messages = [first];
    for (;;) {
      const next: { message: ToThread } | undefined = receiveMessageOnPort(port);
      if (next === undefined) break;
      messages.push(next.message);
    }
    host.handle(messages);
    if (!messages.some((message) => message.close === true)) return;
    host.close();
    post({ closed: true });
    port.close();
  });
  post({ opened: true });
} catch (error) {
  post({ failed: storedError(error) });
}
