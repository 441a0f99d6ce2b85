import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { SETTINGS } from "../../config/index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { type Answers, askedPlan } from "../init/asked-plan.ts";
import { type NeededPackage, driverPackage } from "../init/driver-package.ts";
import { PackageManifest } from "../init/package-manifest.ts";
import { IGNORED, projectFiles, tasksFile } from "../init/project-files.ts";
import { printJson } from "../json-document.ts";
import { lastingStore } from "../session.ts";
import { terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { packageVersion } from "../../internal/package-version.ts";
import { redacted } from "../../internal/redacted.ts";
import { visible } from "../visible.ts";

export const init: CommandDeclaration = {
  usage: "init",
  summary: "Make a working project in this folder: two tasks, a configuration, scripts",
  flags: [
    ["--yes", "Ask nothing: TypeScript, the store that --store says, installed if it is not"],
    ["--javascript", "Tasks in JavaScript"],
    ["--no-install", "Write files, and run nothing"],
  ],
  examples: [
    ["npx millrace init", "asks three questions"],
    ["npx millrace init --yes", "asks none"],
    ["npx millrace init --yes --store sqlite:./jobs.db --no-install", "files only"],
  ],
  run: async (_words, flags) => {
    const manifest = new PackageManifest("package.json");
    const missing = (store: string): string[] =>
      neededFor(store)
        .filter(({ name }) => !manifest.dependsOn(name))
        .map(({ name, range }) => `${name}@${range}`);
    const installs = !flags.has("no-install");
    const defaults: Answers = {
      language: flags.has("javascript") ? "javascript" : "typescript",
      store: flags.text("store") ?? SETTINGS.store.fallback ?? "",
      install: installs,
    };
    const namespace = flags.text("namespace");
    refuseUnfit(defaults.store);
    if (namespace !== undefined) SETTINGS.namespace.kind.check(namespace, "--namespace");
    refuseExisting(tasksFile({ language: defaults.language, isCommonJs: manifest.isCommonJs }));
    const asks = !flags.has("yes") && process.stdin.isTTY && terminal.isTerminal;
    if (!asks && !flags.has("yes")) {
      throw new UsageError("there is no terminal to ask questions on", "millrace init --yes asks none");
    }
    const answers = asks
      ? await askedPlan(defaults, refuseUnfit, (store) => (installs ? missing(store) : []))
      : defaults;
    const files = projectFiles({ ...answers, namespace, isCommonJs: manifest.isCommonJs });
    for (const name of files.keys()) refuseExisting(name);
    const written = [...files].map(([name, text]) => {
      writeFileSync(name, text, { flag: "wx" });
      return name;
    });
    const completed = manifest.completed();
    if (completed !== undefined) {
      writeFileSync("package.json", completed);
      written.push("package.json");
    }
    if (ignore()) written.push(".gitignore");
    const packages = missing(answers.store);
    const wanted = answers.install && packages.length > 0;
    const installed = wanted && (await install(packages));
    if (flags.has("json")) printJson({ written, installed });
    else tell(written, installed ? [] : packages);
    return wanted && !installed ? EXIT.failed : EXIT.ok;
  },
};

/** @throws ConfigurationError, StoreUrlError, UsageError for a store in which the project's worker could not find jobs */
function refuseUnfit(store: string): void {
  const { scheme } = lastingStore(store);
  if (!/^https?$/.test(scheme)) return;
  throw new UsageError(
    `"${visible(redacted(store))}" is a gateway, which takes jobs and runs none`,
    "give the URL of the store itself, where the worker is to find them",
  );
}

function neededFor(store: string): NeededPackage[] {
  const driver = driverPackage(store);
  return [{ name: "millrace", range: `^${packageVersion()}` }, ...(driver === undefined ? [] : [driver])];
}

/** @throws UsageError: nothing of anybody's is written over */
function refuseExisting(name: string): void {
  if (!existsSync(name)) return;
  throw new UsageError(
    `${name} is here already, and init writes over nothing`,
    "start in an empty folder, or move it away",
  );
}

/** Adds to .gitignore what is missing there; whether anything was. */
function ignore(): boolean {
  const before = existsSync(".gitignore") ? readFileSync(".gitignore", "utf8") : "";
  const lines = new Set(before.split("\n"));
  const missing = IGNORED.filter((line) => !lines.has(line));
  if (missing.length === 0) return false;
  appendFileSync(".gitignore", `${before === "" || before.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`);
  return true;
}

async function install(packages: readonly string[]): Promise<boolean> {
  const npm = spawn("npm", ["install", ...packages], {
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  // Whoever ends this ends what it started.
  const end = (): void => void npm.kill("SIGTERM");
  process.once("SIGTERM", end);
  try {
    const [code] = (await once(npm, "close")) as [number | null];
    if (code === 0) return true;
    terminal.tell(
      `npm ended with ${code ?? "a signal"}; the files are there, and ${packages.join(" and ")} not installed`,
    );
  } catch (error) {
    terminal.tell(`npm could not be started: ${visible(String(error))}`);
  } finally {
    process.off("SIGTERM", end);
  }
  return false;
}

/** @param missing packages that are still to be installed */
function tell(written: readonly string[], missing: readonly string[]): void {
  for (const name of written) terminal.print(`${terminal.paint("green", "wrote")} ${name}`);
  terminal.print("");
  const steps = [
    ...(missing.length === 0 ? [] : [[`npm install ${missing.join(" ")}`, "first of all"]]),
    ["npx millrace worker", "start a worker, and leave it running"],
    ["npx millrace send greet Ada --wait 10s", "in a second terminal"],
    ["npx millrace send visit Ada --wait 10s", "a task that fails once"],
  ];
  const width = Math.max(...steps.map(([call = ""]) => call.length));
  for (const [call = "", meaning = ""] of steps) {
    terminal.print(`  ${call.padEnd(width)}  ${terminal.paint("dim", meaning)}`);
  }
}
