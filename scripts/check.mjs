// Runs every check, as many at a time as there are cores, and prints one line for each; the output of those that
// failed follows. Each check is an npm script of its own: `npm run check:lint`, and so on.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

// The longest first, so that the others fit beside it.
const checks = ["package", "types", "lint", "unused", "format", "imports"];

/**
 * @param {string} name
 * @returns {Promise<{ name: string, ok: boolean, output: string }>}
 */
async function run(name) {
  const started = performance.now();
  const child = spawn("npm", ["run", "--silent", `check:${name}`], {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  }
  const ok = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name.padEnd(8)} ${ok ? "ok    " : "FAILED"} ${seconds.padStart(5)} s`);
  return { name, ok, output };
}

const waiting = [...checks];
/** @type {Array<{ name: string, output: string }>} */
const failed = [];

async function lane() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const result = await run(name);
    if (!result.ok) failed.push(result);
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, lane));

for (const { name, output } of failed) {
  console.log(`\n── ${name} ──\n${output.trimEnd()}\n\nAgain: npm run check:${name}`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
