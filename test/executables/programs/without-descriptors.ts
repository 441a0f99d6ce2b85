/*
 * Loses its launcher while it can open no more files, runs "fine" in a folder, and prints what became of the attempts.
 */
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Millrace } from "../../../src/index.ts";

const [folder = ""] = process.argv.slice(2);
const app = new Millrace({ store: "memory:", retries: 1, backoff: [200] });
const worker = app.worker({ executables: { folder } });
await worker.start();
const client = app.client();
await (await client.send("fine")).result({ timeout: "15s" });

const launcher = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1")
  .split(" ")
  .map(Number)
  .find((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("launcher/main"));
process.kill(launcher ?? 0, "SIGKILL");
while (existsSync(`/proc/${launcher}`)) await pause(5);

const open: number[] = [];
try {
  for (;;) open.push(openSync("/dev/null", "r"));
} catch {
  // As many as there may be.
}
worker.on("retrying", () => open.forEach((descriptor) => closeSync(descriptor)));
const record = await (await client.send("fine")).wait({ timeout: "15s" });
process.stdout.write(
  JSON.stringify(record.attempts.map(({ outcome, error }) => [outcome, error?.code ?? "", error?.message ?? ""])),
);
await app.close();
