/*
 * Runs "flood" in a folder, and prints by how many megabytes this process, and the one that starts its programs, have grown at
 * the most.
 */
import { readFileSync } from "node:fs";
import { Millrace } from "../../../src/index.ts";
import { ownLauncher } from "../own-launcher.ts";

const [folder = "", bytes] = process.argv.slice(2);
const silent = (): void => undefined;
const app = new Millrace({
  store: "memory:",
  retries: 0,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});
await app.worker({ executables: { folder } }).start();
const run = async (size: string): Promise<{ readonly code?: string; readonly message?: string }> => {
  const job = await app.client().send("flood", size);
  return (await job.wait()).error ?? {};
};
// The first run loads what every run needs.
await run("2000000");
const launcher = ownLauncher();
const before = residentMb();
const most = [...before];
const timer = setInterval(() => {
  for (const [at, now] of residentMb().entries()) most[at] = Math.max(most[at] ?? 0, now);
}, 10);
const { code, message } = await run(bytes ?? "0");
clearInterval(timer);
const grownMb = most.map((each, at) => Math.round(each - (before[at] ?? 0)));
process.stdout.write(JSON.stringify({ grownMb, code, message }));
await app.close();

function residentMb(): number[] {
  return [process.pid, launcher].map(
    (pid) => Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1_000,
  );
}
