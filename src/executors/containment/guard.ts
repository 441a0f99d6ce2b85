/*
 * A process that outlives its worker by a moment: it reads from a pipe that the worker holds, and when that closes, however
 * the worker ended, it ends everything that the worker had started. Started by guard-link.ts with the worker's token.
 */
import { leaveSignalsToWorker } from "./service-signals.ts";
import { sweep } from "./sweeper.ts";

const [token = ""] = process.argv.slice(2);

leaveSignalsToWorker();
process.stdin.resume();
process.stdin.once("close", () => {
  if (token !== "") void sweep(token);
});
