import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The environment of somebody whose Node and npm are those of the tests. */
export const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_"))),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`,
  npm_config_loglevel: "error",
};

/**
 * The package as it is published: gives the path of its tarball in `folder`. Built and packed apart from dist/, which other checks
 * may be building at this moment.
 */
export function packed(folder: string): string {
  const stage = join(folder, "package");
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), join(stage, "dist")], { stdio: "inherit" });
  for (const file of ["package.json", "README.md", "LICENSE", "schema"]) {
    cpSync(join(root, file), join(stage, file), { recursive: true });
  }
  const name = execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: stage,
    encoding: "utf8",
    env: environment,
  });
  return join(folder, name.trim());
}
