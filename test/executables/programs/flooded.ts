/*
 * Runs "flood" in a folder, and prints by how many megabytes this process has grown at the most.
 */
import { Millrace } from "../../../src/index.ts";

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
const before = process.memoryUsage().rss;
let most = before;
const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
const { code, message } = await run(bytes ?? "0");
clearInterval(timer);
process.stdout.write(JSON.stringify({ grownMb: Math.round((most - before) / 1_000_000), code, message }));
await app.close();
