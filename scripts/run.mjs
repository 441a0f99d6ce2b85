// Runs one npm script on the pinned Node.js, installing first when node_modules is missing or was made from another
// lockfile. A fresh clone starts here on the machine's own Node.js, so this file must keep running on Node 20.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = `${root}node_modules/.installed-from`;

/** @returns {string} the hash of the lockfile that node_modules must have been made from */
function lockHash() {
  return createHash("sha256").update(readFileSync(`${root}package-lock.json`)).digest("hex");
}

/**
 * Runs npm with the terminal handed over, and passes signals on.
 *
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
function npm(args) {
  const cli = process.env["npm_execpath"];
  const child = cli?.endsWith(".js")
    ? spawn(process.execPath, [cli, ...args], { cwd: root, stdio: "inherit" })
    : spawn("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  // Ctrl-C reaches the child through the terminal; this process only has to outlive it.
  const ignore = () => {};
  const forward = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore);
  process.on("SIGTERM", forward);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error("Usage: node scripts/run.mjs <npm script> [arguments]");
  process.exit(2);
}

const installed = existsSync(stampFile) && readFileSync(stampFile, "utf8") === lockHash();
if (!installed) {
  console.log("Installing dependencies (npm ci); this takes about a minute the first time.");
  const code = await npm(["ci", "--loglevel=error"]);
  if (code !== 0) process.exit(code);
  writeFileSync(stampFile, lockHash());
}

process.exitCode = await npm(["run", "--silent", script, ...(args.length > 0 ? ["--", ...args] : [])]);
