import type { ExecutablesOptions } from "../index.ts";
import type { CommandDeclaration } from "./command.ts";
import type { Flags } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

/** Flags of `worker` about executables. */
export const EXECUTABLE_FLAGS: CommandDeclaration["flags"] = [
  ["--bin <folder>", "Run the executable files of this folder as tasks, each named like its file"],
  ["--containment <kind>", "How programs are held together: auto, namespace, sweep or group (default: auto)"],
  ["--input <kind>", "How programs get their arguments: argv, or json on standard input (default: argv)"],
  ["--output <kind>", "What they write on standard output: text or json (default: text)"],
  ["--trim", "Leave out one newline at the end of a text result"],
  ["--fail-on <what>", "What fails a job: exit, or stderr, which is any text on it, too (default: exit)"],
  ["--max-output <bytes>", "The most bytes kept of standard output, and of standard error (default: 1048576)"],
  ["--kill-grace <time>", "Time between SIGTERM and SIGKILL when a program is to stop (default: 5s)"],
  ["--resident <file>", "This program stays and takes one job after another; may be repeated", "repeatable"],
  ["--env <name>", "Pass on this variable, or set it with name=value; may be repeated", "repeatable"],
  [
    "--limit <name=value>",
    "Limit what programs may use: cpu=10s, memory=BYTES, processes=N, files=N, file-size=BYTES; may be repeated",
    "repeatable",
  ],
  ["--run-as <uid:gid>", "Run programs as this user and group; the worker has to run as root"],
];

const LIMITS: Readonly<Record<string, string>> = {
  cpu: "cpu",
  memory: "memoryBytes",
  processes: "processes",
  files: "openFiles",
  "file-size": "fileBytes",
};

/**
 * The options of a folder of executables; `undefined` where there is none. What values may be is for the library to say.
 *
 * @throws UsageError
 */
export function executablesOf(flags: Flags): ExecutablesOptions | undefined {
  const folder = flags.text("bin");
  if (folder === undefined) {
    const stray = EXECUTABLE_FLAGS.map(([form]) => form.slice(2).split(" ")[0] ?? "").find((name) => flags.has(name));
    if (stray !== undefined) throw new UsageError(`--${stray} is about executables, and goes with --bin`);
    return undefined;
  }
  const given = {
    containment: flags.text("containment"),
    input: flags.text("input"),
    output: flags.text("output"),
    failOn: flags.text("fail-on"),
    maxOutputBytes: flags.number("max-output"),
    grace: flags.time("kill-grace"),
    trim: flags.has("trim") ? true : undefined,
    env: environmentOf(flags.texts("env")),
    limits: limitsOf(flags.texts("limit")),
    user: userOf(flags.text("run-as")),
    tasks: residentOf(flags.texts("resident")),
  };
  const options = Object.entries(given).filter(([, value]) => value !== undefined);
  return { folder, ...Object.fromEntries(options) };
}

function environmentOf(forms: readonly string[] = []): Readonly<Record<string, string | true>> | undefined {
  if (forms.length === 0) return undefined;
  const entries = forms.map((form): [string, string | true] => {
    const at = form.indexOf("=");
    return at === -1 ? [form, true] : [form.slice(0, at), form.slice(at + 1)];
  });
  return Object.fromEntries(entries);
}

function limitsOf(forms: readonly string[] = []): Readonly<Record<string, number | string>> | undefined {
  if (forms.length === 0) return undefined;
  const entries = forms.map((form): [string, number | string] => {
    const [name = "", value = ""] = form.split("=");
    const key = LIMITS[name];
    if (key === undefined || value === "") {
      throw new UsageError(`--limit ${form} is no limit`, `--limit NAME=VALUE, with ${Object.keys(LIMITS).join(", ")}`);
    }
    return [key, key === "cpu" && !/^\d+$/.test(value) ? value : Number(value)];
  });
  return Object.fromEntries(entries);
}

function userOf(form: string | undefined): ExecutablesOptions["user"] {
  if (form === undefined) return undefined;
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(form) ?? [];
  if (uid === undefined || gid === undefined) {
    throw new UsageError(`--run-as ${form} is no user and group`, "--run-as UID:GID, both as numbers");
  }
  return { uid: Number(uid), gid: Number(gid) };
}

function residentOf(names: readonly string[] = []): ExecutablesOptions["tasks"] {
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, { resident: true }]));
}
