import { hostname } from "node:os";
import { randomBytes } from "node:crypto";
import {
  type AnyTask,
  type Duration,
  type ExecutablesOptions,
  type ExecutablesPlan,
  LEASE_BOUNDS,
  boundedDurationMs,
  checkName,
  durationMs,
  executablesPlan,
  isTask,
  positiveDurationMs,
  shown,
  wholeNumber,
} from "../core/index.ts";
import { ConfigurationError, DuplicateTaskError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";

/** How a worker serves one queue. */
export interface QueueOptions {
  /** Jobs at once, 1–10,000. Default 10. */
  readonly concurrency?: number;
  /** At least so long between two starts in this worker; across workers it is a rate limit each. Default 0: no pacing. */
  readonly minInterval?: Duration;
}

export interface WorkerOptions {
  /** What it can run. May be left out where there are `executables`. */
  readonly tasks?: readonly AnyTask[];
  /** A folder whose executable files it can run, too. See docs/executables.md. */
  readonly executables?: ExecutablesOptions;
  /** Queues to serve, each with its concurrency, or with more options. Default: the queues of `tasks`, 10 each. */
  readonly queues?: Readonly<Record<string, number | QueueOptions>>;
  /** Told apart in records and logs. Default: host, process id and a random part. */
  readonly name?: string;
  /** How long a job stays this worker's after it dies, 50 ms to a day. Default 10 s. */
  readonly lease?: Duration;
  /** How long a job of a task that no worker knows waits before it is dead-lettered. Default 24 h. */
  readonly unknownTaskLimit?: Duration;
  /** Lost leases after which a job is dead-lettered. Default 3. */
  readonly maxCrashes?: number;
  /** Jobs are reserved this much ahead of their start, at the measured pace; 0 for none. Default 5 ms. */
  readonly reserveAhead?: Duration;
  /** Callbacks run at once for each queue, beside its jobs. Default 10. */
  readonly callbackConcurrency?: number;
  /** Stop on SIGTERM and SIGINT, with this grace time (`true`: 30 s); a second signal ends at once. Default: not. */
  readonly handleSignals?: boolean | Duration;
}

/** Queue options, checked. */
export interface QueuePlan {
  readonly concurrency: number;
  readonly minIntervalMs: number;
}

/** Worker options, checked. */
export interface WorkerPlan {
  readonly tasks: ReadonlyMap<string, AnyTask>;
  readonly executables: ExecutablesPlan | undefined;
  readonly queues: ReadonlyMap<string, QueuePlan>;
  readonly name: string;
  readonly leaseMs: number;
  readonly parkMs: number;
  readonly maxCrashes: number;
  readonly aheadMs: number;
  readonly callbackConcurrency: number;
  readonly graceMs: number | undefined;
}

const DEFAULT_CONCURRENCY = 10;

const QUEUE_KEYS = ["concurrency", "minInterval"] satisfies (keyof QueueOptions)[];

const KEYS = [
  "tasks",
  "executables",
  "queues",
  "name",
  "lease",
  "unknownTaskLimit",
  "maxCrashes",
  "reserveAhead",
  "callbackConcurrency",
  "handleSignals",
] satisfies (keyof WorkerOptions)[];

/** @throws ConfigurationError, DuplicateTaskError */
export function workerPlan(options: WorkerOptions): WorkerPlan {
  refuseUnknownKeys(options, KEYS, "worker option");
  const executables = options.executables === undefined ? undefined : executablesPlan(options.executables);
  const tasks = taskMap(options.tasks ?? (executables === undefined ? undefined : []));
  const { handleSignals = false } = options;
  return {
    tasks,
    executables,
    queues: queueMap(options.queues, [...tasks.values(), ...(executables === undefined ? [] : executables.all)]),
    name: workerName(options.name ?? `${hostname()}:${process.pid}:${randomBytes(3).toString("hex")}`),
    leaseMs: boundedDurationMs(options.lease ?? "10s", "lease", LEASE_BOUNDS),
    parkMs: positiveDurationMs(options.unknownTaskLimit ?? "24h", "unknownTaskLimit"),
    maxCrashes: wholeNumber(options.maxCrashes ?? 3, "maxCrashes", 1, 1_000),
    aheadMs: durationMs(options.reserveAhead ?? 5, "reserveAhead"),
    callbackConcurrency: wholeNumber(options.callbackConcurrency ?? 10, "callbackConcurrency", 1, 10_000),
    graceMs:
      handleSignals === false
        ? undefined
        : handleSignals === true
          ? 30_000
          : durationMs(handleSignals, "handleSignals"),
  };
}

/**
 * Checks how a queue is to be served.
 *
 * @throws ConfigurationError
 */
export function queuePlan(queue: string, given: number | QueueOptions): QueuePlan {
  checkName("queue", queue);
  const options = typeof given === "number" ? { concurrency: given } : given;
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError(
      `queue "${queue}" must be given its concurrency, or { concurrency, minInterval }; not ${typeof options}`,
    );
  }
  refuseUnknownKeys(options, QUEUE_KEYS, `option of queue "${queue}"`);
  const { concurrency = DEFAULT_CONCURRENCY, minInterval = 0 } = options;
  return {
    concurrency: wholeNumber(concurrency, `the concurrency of queue "${queue}"`, 1, 10_000),
    minIntervalMs: durationMs(minInterval, `the minInterval of queue "${queue}"`),
  };
}

/** Whatever can be read in a log line and comes back from every store as it was. */
function workerName(name: unknown): string {
  if (typeof name === "string" && /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(name)) return name;
  throw new ConfigurationError(
    `${shown(name)} is no name for a worker: it has 1 to 256 characters, none of them control characters`,
  );
}

function taskMap(tasks: readonly AnyTask[] | undefined): Map<string, AnyTask> {
  if (!Array.isArray(tasks))
    throw new ConfigurationError("a worker needs `tasks`, a list of what task() made, or `executables`");
  const map = new Map<string, AnyTask>();
  for (const task of tasks) {
    if (!isTask(task)) throw new ConfigurationError("`tasks` holds something that task() did not make");
    if (map.has(task.name) && map.get(task.name) !== task) {
      throw new DuplicateTaskError(`two tasks are named "${task.name}"; a name stands for one task in an app`);
    }
    map.set(task.name, task);
  }
  return map;
}

function queueMap(queues: WorkerOptions["queues"], tasks: readonly AnyTask[]): Map<string, QueuePlan> {
  const map = new Map<string, QueuePlan>();
  if (queues === undefined) {
    for (const { queue } of tasks) map.set(queue, queuePlan(queue, {}));
    if (map.size === 0) map.set("default", queuePlan("default", {}));
    return map;
  }
  for (const [queue, options] of Object.entries(queues)) map.set(queue, queuePlan(queue, options));
  if (map.size === 0) throw new ConfigurationError("`queues` names no queue; leave it out to serve those of the tasks");
  return map;
}
