import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";
import { type Duration, durationMs, positiveDurationMs } from "./duration.ts";
import type { ExecutablePlan } from "./executable-plan.ts";
import { isolatedTasks } from "../internal/isolated.ts";
import { checkName } from "./names.ts";
import type { Encodable } from "./payload.ts";
import { RUN_OPTIONS, type RunOptions, type RunPlan, runPlan } from "./run-options.ts";
import { shown } from "./shown.ts";
import type { StandardSchema } from "./standard-schema.ts";
import { wholeNumber } from "./whole-number.ts";

/** A finished job, as its callbacks are told of it. */
export interface FinishedJob {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly args: readonly unknown[];
  /** Charged attempts. */
  readonly attempt: number;
  readonly state: "succeeded" | "failed" | "expired" | "cancelled";
  /** With `succeeded`. */
  readonly value?: unknown;
  /** With the others. */
  readonly error?: Error;
}

/** Called after a job's end, in a slot of their own; what they throw is logged and changes nothing. */
export interface TaskCallbacks<R> {
  readonly onSuccess?: (value: R, job: FinishedJob) => unknown;
  /** `failed`, `expired` and, if it was running, `cancelled`. */
  readonly onFailure?: (error: Error, job: FinishedJob) => unknown;
  /** Every end, after the other two. */
  readonly onEnd?: (job: FinishedJob) => unknown;
  /** How long all callbacks of one job may take. Default 30 s. */
  readonly callbackTimeout?: Duration;
}

export interface TaskOptions<R = unknown> extends RunOptions, TaskCallbacks<R> {
  /** Where its jobs wait. Default `"default"`. */
  readonly queue?: string;
  /** 0–9, higher first. Default 0. */
  readonly priority?: number;
  /** A job not started this long after it was sent is `expired`. Default: never. */
  readonly expireAfter?: Duration;
  /** Validates the list of arguments, at the client and again at the worker, where the function gets its output. */
  readonly args?: StandardSchema<unknown, readonly unknown[]>;
  /** Validates what the function returns; its output is the result. */
  readonly result?: StandardSchema;
  /**
   * Where the function runs, apart from the worker's own thread: in a `"thread"`, or in a `"process"` of its own. There, it can
   * be ended, and its crash is its own. Default: in the worker's thread. Needs `module`.
   */
  readonly isolation?: "thread" | "process";
  /** With `isolation`: the module that defines the task, `import.meta.url`. The thread or process loads it. */
  readonly module?: string | URL;
  /** With `isolation`: the most megabytes of JavaScript heap. Default: Node's own limit. */
  readonly maxMemoryMb?: number;
}

/**
 * A named definition that jobs are made from. `A` is what is sent, `R` what a job's result is.
 *
 * @see task
 */
export interface Task<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  /** The function, unchanged. */
  readonly run: (...args: never[]) => unknown;
  readonly options: TaskOptions;
  readonly plan: RunPlan;
  readonly expireAfterMs: number | undefined;
  readonly callbackTimeoutMs: number;
  /** Where the function runs, if not in the worker's thread. */
  readonly isolation?: Isolation;
  /** The program that runs in the function's place. */
  readonly executable?: ExecutablePlan;
  /** Only for types; never there at run time. */
  readonly types?: { readonly args: A; readonly result: R };
}

/** How a function is kept apart from its worker. */
export interface Isolation {
  readonly kind: "thread" | "process";
  /** URL of the module that defines the task. */
  readonly module: string;
  readonly maxMemoryMb: number | undefined;
}

/** Any task, whatever it takes and gives. */
export type AnyTask = Task<never> | Task;

/** `unknown` when the values can be carried, else a type no function has, so that the compiler points at the task. */
type Carried<A, R> = [A] extends [Encodable<A>]
  ? [Awaited<R>] extends [Encodable<Awaited<R>>]
    ? unknown
    : { readonly "the result cannot be carried: JSON and bigint only": Awaited<R> }
  : { readonly "the arguments cannot be carried: JSON and bigint only": A };

/**
 * Defines a task: a name for a plain function, with the default options of its jobs.
 *
 * ```ts
 * const add = task("add", (a: number, b: number) => a + b);
 * const page = task("fetch-page", fetchPage, { queue: "web", retries: 5, timeout: "30s" });
 * ```
 *
 * The function gets only its arguments; `context()` gives it the rest. Arguments and result must be JSON or bigint.
 *
 * @throws ConfigurationError when a name or an option is not what it must be
 */
export function task<I extends readonly unknown[], A extends readonly unknown[], R, O = Awaited<R>>(
  name: string,
  run: ((...args: [...A]) => R) & Carried<I, O>,
  options: TaskOptions<NoInfer<O>> & {
    readonly args: StandardSchema<I, A>;
    readonly result?: StandardSchema<unknown, O>;
  },
): Task<I, O>;
export function task<A extends unknown[], R, O = Awaited<R>>(
  name: string,
  run: ((...args: A) => R) & Carried<A, O>,
  options?: TaskOptions<NoInfer<O>> & { readonly args?: undefined; readonly result?: StandardSchema<unknown, O> },
): Task<A, O>;
export function task(name: string, run: (...args: never[]) => unknown, options: TaskOptions<never> = {}): AnyTask {
  checkName("task", name);
  return defineTask(name, run, options);
}

/** What `task` does, for names that Millrace makes itself. */
export function defineTask(
  name: string,
  run: (...args: never[]) => unknown,
  options: TaskOptions<never>,
  executable?: ExecutablePlan,
): AnyTask {
  if (typeof run !== "function") throw new ConfigurationError(`task "${name}" needs a function, not ${typeof run}`);
  refuseUnknownKeys(options, TASK_OPTIONS, `option of task "${name}":`);
  const { queue = "default", priority = 0, expireAfter, callbackTimeout = "30s" } = options;
  checkName("queue", queue);
  const isolation = isolationOf(name, options);
  const task: AnyTask = Object.freeze({
    name,
    queue,
    priority: wholeNumber(priority, "priority", 0, 9),
    run,
    options: options as TaskOptions,
    plan: runPlan(options),
    expireAfterMs: expireAfter === undefined ? undefined : durationMs(expireAfter, "expireAfter"),
    callbackTimeoutMs: positiveDurationMs(callbackTimeout, "callbackTimeout"),
    ...(isolation === undefined ? {} : { isolation }),
    ...(executable === undefined ? {} : { executable }),
  });
  if (isolation !== undefined) isolatedTasks()?.set(name, task);
  return task;
}

/** The names of all task options. */
export const TASK_OPTIONS: readonly (keyof TaskOptions)[] = [
  "queue",
  "priority",
  "expireAfter",
  "args",
  "result",
  "isolation",
  "module",
  "maxMemoryMb",
  "onSuccess",
  "onFailure",
  "onEnd",
  "callbackTimeout",
  ...RUN_OPTIONS,
];

function isolationOf(name: string, { isolation, module, maxMemoryMb }: TaskOptions<never>): Isolation | undefined {
  if (isolation === undefined) {
    if (module === undefined && maxMemoryMb === undefined) return undefined;
    throw new ConfigurationError(`task "${name}": \`module\` and \`maxMemoryMb\` go with \`isolation\``);
  }
  if (isolation !== "thread" && isolation !== "process") {
    throw new ConfigurationError(
      `task "${name}": isolation must be "thread" or "process", not ${shown(isolation)}; leave it out to run in the worker's thread`,
    );
  }
  const url = String(module);
  if (!URL.canParse(url)) {
    throw new ConfigurationError(
      `task "${name}" with isolation "${isolation}" needs the module that defines it: module: import.meta.url`,
    );
  }
  return {
    kind: isolation,
    module: url,
    maxMemoryMb: maxMemoryMb === undefined ? undefined : wholeNumber(maxMemoryMb, "maxMemoryMb", 16, 1_048_576),
  };
}

/** Whether a module's export is a task. */
export function isTask(value: unknown): value is AnyTask {
  return typeof value === "object" && value !== null && "run" in value && "plan" in value && "queue" in value;
}
