/*
 * The entry of a thread that runs tasks. Started by thread-body.ts.
 */
import { parentPort, workerData } from "node:worker_threads";
import { bodyLoop } from "./body-loop.ts";
import type { BodySetting, ToBody } from "./body-messages.ts";

const port = parentPort;
if (port === null) throw new Error("this file is the entry of a thread, and not to be imported");

const run = await bodyLoop(workerData as BodySetting, (message) => port.postMessage(message));
port.on("message", (job: ToBody) => run(job));
