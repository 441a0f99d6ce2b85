import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";
import { type Duration, boundedDurationMs, positiveDurationMs } from "./duration.ts";
import type { ExecutableLimits, ExecutablePlan } from "./executable-plan.ts";
import { shown } from "./shown.ts";
import { type AnyTask, type TaskOptions, TASK_OPTIONS, defineTask } from "./task.ts";
import { wholeNumber } from "./whole-number.ts";

/** How one executable is run. */
export interface ExecutableOptions extends Omit<TaskOptions, "isolation" | "module" | "maxMemoryMb"> {
  /** How it gets its arguments: as `"argv"` (default), or the whole job as one line of `"json"` on standard input. */
  readonly input?: "argv" | "json";
  /** What its standard output is: the result as `"text"` (default), or as `"json"`. */
  readonly output?: "text" | "json";
  /** Leave out one newline at the end of a text result. Default false. */
  readonly trim?: boolean;
  /** What fails the job: an `"exit"` code other than 0 (default), or anything on `"stderr"`, too. */
  readonly failOn?: "exit" | "stderr";
  /** It stays alive and takes one job after another, as lines of JSON on standard input. Default false. */
  readonly resident?: boolean;
  /** The most bytes kept of standard output, and of standard error. Default 1 MiB. */
  readonly maxOutputBytes?: number;
  /** What more output than that does to a result: `"fail"` the job (default), or `"cut"` out its middle. */
  readonly overflow?: "fail" | "cut";
  /** Time between SIGTERM and SIGKILL when it is to stop. Default 5 s. */
  readonly grace?: Duration;
  /** Variables of its environment, beside a few harmless ones: a value, or `true` for the worker's own. */
  readonly env?: Readonly<Record<string, string | true>>;
  /** What it may use of the machine. Default: as much as the worker. */
  readonly limits?: {
    /** Processor time of each process. */
    readonly cpu?: Duration;
    /** Address space of each process, bytes. */
    readonly memoryBytes?: number;
    /** Processes and threads of the user it runs as. */
    readonly processes?: number;
    /** Open files of each process. */
    readonly openFiles?: number;
    /** Size of each file it writes, bytes. */
    readonly fileBytes?: number;
  };
  /** The user and group it runs as; the worker has to run as root. Default: those of the worker. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** How programs are kept together so that they can be ended with all that they started. See docs/executables.md. */
export type ContainmentKind = "namespace" | "sweep" | "group";

/** A folder whose executable files are tasks: the name of a task is the name of its file. */
export interface ExecutablesOptions extends ExecutableOptions {
  readonly folder: string;
  /** Options by the name of a file, over those that are given for all. */
  readonly tasks?: Readonly<Record<string, ExecutableOptions>>;
  /** How programs are held together. Default `"auto"`: the strongest that the system allows, and said at start. */
  readonly containment?: "auto" | ContainmentKind;
  /** Where the private working directories are made. Default: the system's folder for temporary files. */
  readonly workFolder?: string;
}

/** A folder of executables, checked. */
export interface ExecutablesPlan {
  readonly folder: string;
  readonly containment: "auto" | ContainmentKind;
  readonly workFolder: string | undefined;
  /** The tasks of files that have options of their own. */
  readonly named: readonly AnyTask[];
  /** These, and one that stands for all others. */
  readonly all: readonly AnyTask[];
  /** The task of a file, with its options. */
  readonly taskFor: (name: string) => AnyTask;
}

const OWN_OPTIONS = [
  "input",
  "output",
  "trim",
  "failOn",
  "resident",
  "maxOutputBytes",
  "overflow",
  "grace",
  "env",
  "limits",
  "user",
] as const satisfies readonly (keyof ExecutableOptions)[];

const TASK_KEYS = TASK_OPTIONS.filter((key) => key !== "isolation" && key !== "module" && key !== "maxMemoryMb");
const FOLDER_OPTIONS = ["folder", "tasks", "containment", "workFolder"] as const;
const LIMITS = ["cpu", "memoryBytes", "processes", "openFiles", "fileBytes"];

/** The names that files of tasks may have. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** What would change which code a program runs, or speaks for Millrace. */
const NEVER = /^(NODE_OPTIONS|NODE_CHANNEL_.*|LD_.*|DYLD_.*|BASH_ENV|ENV|MILLRACE_.*)$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LARGEST_OUTPUT = 256 * 1024 * 1024;

/** Whether a file of this name can be a task. */
export function isExecutableName(name: string): boolean {
  return FILE_NAME.test(name);
}

/** @throws ConfigurationError */
export function executablesPlan(options: ExecutablesOptions): ExecutablesPlan {
  if (typeof options !== "object") throw new ConfigurationError('`executables` needs a folder: { folder: "./bin" }');
  refuseUnknownKeys(options, [...FOLDER_OPTIONS, ...OWN_OPTIONS, ...TASK_KEYS], "option of executables:");
  const { folder, tasks = {}, containment = "auto", workFolder, ...defaults } = options;
  if (typeof folder !== "string" || folder === "") {
    throw new ConfigurationError(`executables: folder must be the path of a folder, not ${shown(folder)}`);
  }
  choice("containment", containment, ["auto", "namespace", "sweep", "group"]);
  const common = split("any", defaults);
  const named = new Map<string, AnyTask>();
  for (const [name, own] of Object.entries(tasks)) {
    if (!isExecutableName(name)) {
      throw new ConfigurationError(
        `executables: ${shown(name)} is no name for an executable: it starts with a letter or digit, and has up to 64 letters, digits and . _ -`,
      );
    }
    refuseUnknownKeys(own, [...OWN_OPTIONS, ...TASK_KEYS], `option of executable "${name}":`);
    named.set(name, split(name, { ...defaults, ...own }));
  }
  const all = [...named.values(), common];
  return {
    folder,
    containment,
    workFolder,
    named: [...named.values()],
    all,
    taskFor: (name) => named.get(name) ?? defineTask(name, programOnly, common.options, common.executable),
  };
}

/** Stands where a function would; its executor runs the program instead. */
function programOnly(): never {
  throw new ConfigurationError("an executable is run by its worker, not by a call");
}

/** A task of the options that are a task's, with a plan of the others. */
function split(name: string, options: ExecutableOptions): AnyTask {
  const own: readonly string[] = OWN_OPTIONS;
  const task = Object.fromEntries(Object.entries(options).filter(([key]) => !own.includes(key)));
  return defineTask(name, programOnly, task, executablePlan(options));
}

function executablePlan(options: ExecutableOptions): ExecutablePlan {
  const {
    input = "argv",
    output = "text",
    trim = false,
    failOn = "exit",
    resident = false,
    overflow = "fail",
  } = options;
  choice("input", input, ["argv", "json"]);
  choice("output", output, ["text", "json"]);
  choice("failOn", failOn, ["exit", "stderr"]);
  choice("overflow", overflow, ["fail", "cut"]);
  choice("trim", trim, [true, false]);
  choice("resident", resident, [true, false]);
  if (output === "json" && overflow === "cut") {
    throw new ConfigurationError(
      'executables: overflow "cut" goes with output "text"; JSON without its middle is none',
    );
  }
  return {
    input,
    output,
    trim,
    failOn,
    resident,
    overflow,
    maxOutputBytes: wholeNumber(options.maxOutputBytes ?? 1_048_576, "maxOutputBytes", 1_024, LARGEST_OUTPUT),
    graceMs: boundedDurationMs(options.grace ?? "5s", "grace", { most: "1d" }),
    env: checkedEnv(options.env ?? {}),
    limits: checkedLimits(options.limits ?? {}),
    user: checkedUser(options.user),
  };
}

function checkedEnv(env: Readonly<Record<string, string | true>>): Readonly<Record<string, string | true>> {
  for (const [name, value] of Object.entries(env)) {
    if (!VARIABLE.test(name)) throw new ConfigurationError(`executables: ${shown(name)} is no name for a variable`);
    if (NEVER.test(name)) {
      throw new ConfigurationError(
        `executables: no program gets ${name}; variables that change what code is run, and Millrace's own, are never passed on`,
      );
    }
    if (value !== true && (typeof value !== "string" || value.includes("\0"))) {
      throw new ConfigurationError(
        `executables: ${name} must be a text without NUL, or true for the worker's own value`,
      );
    }
  }
  return env;
}

function checkedLimits(limits: NonNullable<ExecutableOptions["limits"]>): ExecutableLimits {
  refuseUnknownKeys(limits, LIMITS, "limit of executables:");
  const { cpu, memoryBytes, processes, openFiles, fileBytes } = limits;
  const most = Number.MAX_SAFE_INTEGER;
  return {
    ...(cpu === undefined ? {} : { cpuMs: positiveDurationMs(cpu, "limits.cpu") }),
    ...(memoryBytes === undefined
      ? {}
      : { memoryBytes: wholeNumber(memoryBytes, "limits.memoryBytes", 1_048_576, most) }),
    ...(processes === undefined ? {} : { processes: wholeNumber(processes, "limits.processes", 1, most) }),
    ...(openFiles === undefined ? {} : { openFiles: wholeNumber(openFiles, "limits.openFiles", 8, most) }),
    ...(fileBytes === undefined ? {} : { fileBytes: wholeNumber(fileBytes, "limits.fileBytes", 0, most) }),
  };
}

function checkedUser(user: ExecutableOptions["user"]): ExecutablePlan["user"] {
  if (user === undefined) return undefined;
  const { uid, gid } = user;
  const most = 2 ** 32 - 2;
  return { uid: wholeNumber(uid, "user.uid", 0, most), gid: wholeNumber(gid, "user.gid", 0, most) };
}

function choice<T>(name: string, value: T, allowed: readonly T[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((each) => JSON.stringify(each)).join(", ");
  throw new ConfigurationError(`executables: ${name} must be one of ${list}, not ${shown(value)}`);
}
