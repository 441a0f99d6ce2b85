import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { storeUrl } from "../../app/store-url.ts";
import { SETTINGS } from "../../config/index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { type Answers, askedPlan } from "../init/asked-plan.ts";
import { PackageManifest } from "../init/package-manifest.ts";
import { IGNORED, projectFiles, tasksFile } from "../init/project-files.ts";
import { printJson } from "../json-document.ts";
import { terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { packageVersion } from "../../internal/package-version.ts";
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
    const canInstall = !flags.has("no-install") && !manifest.dependsOnUs;
    const defaults: Answers = {
      language: flags.has("javascript") ? "javascript" : "typescript",
      store: flags.text("store") ?? SETTINGS.store.fallback ?? "",
      install: canInstall,
    };
    storeUrl(defaults.store);
    refuseExisting(tasksFile({ language: defaults.language, isCommonJs: manifest.isCommonJs }));
    const asks = !flags.has("yes") && process.stdin.isTTY && terminal.isTerminal;
    if (!asks && !flags.has("yes")) {
      throw new UsageError("there is no terminal to ask questions on", "millrace init --yes asks none");
    }
    const answers = asks ? await askedPlan(defaults, canInstall) : defaults;
    const files = projectFiles({ ...answers, isCommonJs: manifest.isCommonJs });
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
    const installed = answers.install && (await install());
    if (flags.has("json")) printJson({ written, installed });
    else tell(written, installed || manifest.dependsOnUs);
    return answers.install && !installed ? EXIT.failed : EXIT.ok;
  },
};

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

async function install(): Promise<boolean> {
  const npm = spawn("npm", ["install", `millrace@^${packageVersion()}`], {
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  try {
    const [code] = (await once(npm, "close")) as [number | null];
    if (code === 0) return true;
    terminal.tell(`npm ended with ${code ?? "a signal"}; the files are there, and millrace is not installed`);
  } catch (error) {
    terminal.tell(`npm could not be started: ${visible(String(error))}`);
  }
  return false;
}

function tell(written: readonly string[], isInstalled: boolean): void {
  for (const name of written) terminal.print(`${terminal.paint("green", "wrote")} ${name}`);
  terminal.print("");
  const steps = [
    ...(isInstalled ? [] : [["npm install millrace", "first of all"]]),
    ["npx millrace worker", "start a worker, and leave it running"],
    ["npx millrace send greet Ada --wait 10s", "in a second terminal"],
    ["npx millrace send visit Ada --wait 10s", "a task that fails once"],
  ] as const;
  for (const [call = "", meaning = ""] of steps) {
    terminal.print(`  ${call.padEnd(40)} ${terminal.paint("dim", meaning)}`);
  }
}
