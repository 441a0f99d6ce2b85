// Builds dist/, or the folder that is given, from src/: compiles with tsc, copies the SQL, Lua and CSS files beside their code,
// and makes the command executable. What was there goes first, so that no file of a deleted source is ever published.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const output = resolve(process.argv[2] ?? fileURLToPath(new URL("../dist", import.meta.url)));
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync(output, { recursive: true, force: true });

const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const compile = [compiler, "-p", "tsconfig.build.json", "--outDir", output];
const { status } = spawnSync(process.execPath, compile, { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

for (const file of globSync("**/*.{sql,lua,css}", { cwd: "src" })) {
  const target = join(output, file);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join("src", file), target);
}

const command = join(output, "cli/main.js");
if (existsSync(command)) chmodSync(command, 0o755);
