/*
 * Prints the SHA-256 of every file below a folder, as sha256sum does, with a line of progress on standard error:
 * `node examples/hash-files.ts FOLDER > sums; sha256sum --check sums`. Sixteen files are read at a time; one that cannot be
 * read is tried twice more, and then told about at the end.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Pool } from "millrace/pool";

const [folder = "."] = process.argv.slice(2);

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
  }
}

async function sha256(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest("hex");
}

const pool = new Pool({ concurrency: 16, retries: 2, timeout: "1m" });
const started = performance.now();
let hashed = 0;

function showProgress(end: string): void {
  const perSecond = Math.round((hashed * 1_000) / (performance.now() - started));
  const line = `${hashed} hashed, ${pool.failed.size} failed, ${pool.running} running, ${perSecond}/s`;
  process.stderr.write(`${process.stderr.isTTY ? "\r\u001b[K" : ""}${line}${end}`);
}

const hashes = pool.map(filesBelow(folder), async (path, { signal }) => `${await sha256(path, signal)}  ${path}`);
for await (const result of hashes) {
  if (result.state === "succeeded") {
    hashed += 1;
    process.stdout.write(`${result.value}\n`);
  } else {
    process.stderr.write(`${String(result.error)}\n`);
    process.exitCode = 1;
  }
  if (process.stderr.isTTY) showProgress("");
}
await pool.close();
showProgress("\n");
