// Builds dist/ from src/: compiles with tsc, copies the SQL, Lua and CSS files beside their code, and makes the command
// executable. The old dist/ goes first, so that no file of a deleted source is ever published.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });

const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

for (const file of globSync("**/*.{sql,lua,css}", { cwd: "src" })) {
  const target = join("dist", file);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join("src", file), target);
}

const command = "dist/cli/main.js";
if (existsSync(command)) chmodSync(command, 0o755);
