/*
 * The entry of a process that runs tasks. Started by process-body.ts.
 */
import { bodyLoop } from "./body-loop.ts";
import type { BodySetting, ToBody } from "./body-messages.ts";

const setting = JSON.parse(process.argv[2] ?? "{}") as BodySetting;
// Its worker is gone.
process.once("disconnect", () => process.exit());
const run = await bodyLoop(setting, (message) => void process.send?.(message));
process.on("message", (job: ToBody) => run(job));
