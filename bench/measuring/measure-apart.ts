import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measured, MeasurementPlan, MeasurementReport } from "./measurement.ts";

const LIMIT_MS = 15 * 60_000;
const LOG_CHARACTERS = 2_000;

/** Makes one measurement in a process of its own. @throws Error that says what went wrong in there */
export async function measureApart(plan: MeasurementPlan, profile: string | undefined): Promise<Measured> {
  const execArgv = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const child = fork(fileURLToPath(new URL("run-measurement.ts", import.meta.url)), [JSON.stringify(plan)], {
    execArgv,
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let log = "";
  let report: MeasurementReport | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      log = (log + data.toString()).slice(-LOG_CHARACTERS);
    });
  }
  child.on("message", (message) => {
    report = message as MeasurementReport;
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once("close", (code, signal) => resolve([code, signal]));
  });
  if (report !== undefined && "figures" in report) return report;
  const problem = report?.problem ?? `its process ended with ${signal ?? `code ${String(code)}`}`;
  throw new Error([problem, log.trim()].filter((part) => part !== "").join("\n"));
}
