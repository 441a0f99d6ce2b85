// Runs one npm script on the pinned Node.js, installing first when node_modules is missing or was made from another
// lockfile. A fresh clone starts here on the machine's own Node.js, so this file must keep running on Node 20.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = join(root, "node_modules", ".installed-from");
const windows = process.platform === "win32";

/** @returns {string} the hash of the lockfile that node_modules must have been made from */
function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** @param {string} argument */
function quote(argument) {
  return windows ? `"${argument.replaceAll('"', '\\"')}"` : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Runs a command line in the shell, with the terminal handed over and the pinned programs first on PATH.
 *
 * @param {string} line
 * @returns {Promise<number>} its exit code
 */
function run(line) {
  const PATH = [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  // One plain command takes the shell's place, so that a signal reaches it and not a shell in between.
  const plain = !windows && !/[&|;<>]/.test(line);
  const child = spawn(plain ? `exec ${line}` : line, {
    cwd: root,
    // Programs and threads that tests start by the hundred need not compile the same files again.
    env: { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compile"), ...process.env, PATH },
    shell: true,
    stdio: "inherit",
  });
  // Ctrl-C reaches the child through the terminal; this process only has to outlive it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

const [script = "", ...args] = process.argv.slice(2);
const command = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts[script];
if (command === undefined) {
  console.error("Usage: node scripts/run.mjs <npm script> [arguments]");
  process.exit(2);
}

if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== lockHash()) {
  console.log("Installing dependencies (npm ci); this takes about a minute the first time.");
  const code = await run("npm ci --loglevel=error");
  if (code !== 0) process.exit(code);
  writeFileSync(stampFile, lockHash());
}

process.exitCode = await run([command, ...args.map(quote)].join(" "));
