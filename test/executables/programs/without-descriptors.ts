/*
 * Loses its launcher while it can open no more files, runs "fine" in a folder, and prints what became of the attempts.
 */
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Millrace } from "../../../src/index.ts";
import { takeAllBut } from "../../descriptors.ts";
import { ownLauncher } from "../own-launcher.ts";

const [folder = ""] = process.argv.slice(2);
const app = new Millrace({ store: "memory:", retries: 1, backoff: [200] });
const worker = app.worker({ executables: { folder } });
await worker.start();
const client = app.client();
await (await client.send("fine")).result({ timeout: "15s" });

const launcher = ownLauncher();
process.kill(launcher, "SIGKILL");
while (existsSync(`/proc/${launcher}`)) await pause(5);

const giveBack = takeAllBut(0);
worker.on("retrying", giveBack);
const record = await (await client.send("fine")).wait({ timeout: "15s" });
process.stdout.write(
  JSON.stringify(record.attempts.map(({ outcome, error }) => [outcome, error?.code ?? "", error?.message ?? ""])),
);
await app.close();
