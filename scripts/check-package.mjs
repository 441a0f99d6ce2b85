// Builds and packs the package, then looks at it as its users get it: publint on the manifest, attw on how the types
// resolve, and the API reports on what is public.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "millrace-package-"));
const shell = process.platform === "win32";

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function run(command, ...args) {
  return new Promise((resolve) => {
    execFile(command, args, { shell }, (error, stdout, stderr) => {
      if (error) {
        console.log(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
        process.exitCode = 1;
      }
      resolve();
    });
  });
}

try {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit", shell });
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(
    execFileSync("npm", pack, { encoding: "utf8", shell, stdio: ["ignore", "pipe", "ignore"] }),
  );
  const tarball = join(folder, packed.filename);
  await Promise.all([
    run("publint", tarball, "--strict"),
    run("attw", tarball, "--profile", "esm-only", "--format", "ascii"),
    run("node", "scripts/api-report.mjs"),
  ]);
} catch (error) {
  // The failed command has already said why.
  if (!(error instanceof Error && "status" in error)) throw error;
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
