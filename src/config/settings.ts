import { type Duration, type Retention, type RunOptions, checkNamespace } from "../core/index.ts";
import { DEFAULT_STORE } from "../internal/default-store.ts";
import { backoff } from "./kinds/backoff.ts";
import { bytes } from "./kinds/bytes.ts";
import { choice } from "./kinds/choice.ts";
import { duration } from "./kinds/duration.ts";
import { paths } from "./kinds/paths.ts";
import { type QueueSettings, queues } from "./kinds/queues.ts";
import { retention } from "./kinds/retention.ts";
import { runOption } from "./kinds/run-option.ts";
import { text } from "./kinds/text.ts";
import { toggle } from "./kinds/toggle.ts";
import { whole } from "./kinds/whole.ts";
import type { Setting } from "./setting.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const LOG_FORMATS = ["auto", "pretty", "json"] as const;

/** Every setting with the type of its value. Keys with a dot are written below the key before it. */
export interface SettingValues {
  readonly store: string;
  readonly namespace: string;
  readonly durability: "full" | "normal";
  readonly retries: number;
  readonly backoff: NonNullable<RunOptions["backoff"]>;
  readonly retryOn: NonNullable<RunOptions["retryOn"]>;
  readonly timeout: Duration;
  readonly hang: Duration;
  readonly retention: Retention;
  readonly attemptsKept: number;
  readonly delivery: NonNullable<RunOptions["delivery"]>;
  readonly expireAfter: Duration;
  readonly sendTimeout: Duration;
  readonly maxPayloadBytes: number;
  readonly "log.level": (typeof LOG_LEVELS)[number];
  readonly "log.format": (typeof LOG_FORMATS)[number];
  readonly "log.path": string;
  readonly "log.maxSize": number;
  readonly "log.keep": number;
  readonly "log.args": boolean;
  readonly "worker.tasks": readonly string[];
  readonly "worker.queues": QueueSettings;
  readonly "worker.name": string;
  readonly "worker.grace": Duration;
  readonly "worker.lease": Duration;
  readonly "worker.unknownTaskLimit": Duration;
  readonly "worker.maxCrashes": number;
  readonly "worker.reserveAhead": Duration;
  readonly "worker.callbackConcurrency": number;
}

export type SettingKey = keyof SettingValues;

const NAMESPACE_SCHEMA = { pattern: "^[a-z0-9][a-z0-9_-]{0,39}$" };

/**
 * The one table of settings. The checks of a file, the environment's names, the flags, the JSON Schema and
 * docs/configuration.md come from it, or are held equal to it by a test.
 */
export const SETTINGS: { readonly [K in SettingKey]: Setting<SettingValues[K]> } = {
  store: {
    kind: text(),
    meaning: "Where jobs are kept",
    otherwise: DEFAULT_STORE,
    fallback: DEFAULT_STORE,
    flag: "--store <url>",
  },
  namespace: {
    kind: text(checkNamespace, NAMESPACE_SCHEMA),
    meaning: "Whose jobs in that store",
    otherwise: "millrace",
    flag: "--namespace <name>",
  },
  durability: {
    kind: choice(["full", "normal"]),
    meaning: "What accepted jobs survive: a power cut, or the end of every process",
    otherwise: "full",
  },
  retries: {
    kind: runOption("retries", { type: "integer", minimum: 0 }),
    meaning: "Attempts after the first",
    otherwise: "3; with a backoff list, its length",
  },
  backoff: { kind: backoff, meaning: "Time before each retry", otherwise: "exponential" },
  retryOn: {
    kind: runOption("retryOn", { enum: ["error", "timeout"] }),
    meaning: "What is retried: any error, or timeouts only",
    otherwise: "error",
  },
  timeout: { kind: duration(1), meaning: "How long one attempt may run", otherwise: "no limit" },
  hang: {
    kind: duration(),
    meaning: "How long a function that ignores its signal is waited for",
    otherwise: "30s",
  },
  retention: { kind: retention, meaning: "How long a finished job is kept", otherwise: "1d" },
  attemptsKept: { kind: whole(0, 1_000), meaning: "How many attempts are kept with a job", otherwise: "11" },
  delivery: {
    kind: runOption("delivery", { enum: ["at-least-once", "at-most-once"] }),
    meaning: "Whether a job is run again after a failure or a crash",
    otherwise: "at-least-once",
  },
  expireAfter: {
    kind: duration(),
    meaning: "A job not started this long after it was sent is expired",
    otherwise: "never",
  },
  sendTimeout: {
    kind: duration(1),
    meaning: "How long a send, or a read, may wait for a store that does not answer",
    otherwise: "10s",
  },
  maxPayloadBytes: {
    kind: bytes(1, 536_870_912),
    meaning: "The most bytes of encoded arguments, and of an encoded result",
    otherwise: "1MiB",
  },
  "log.level": {
    kind: choice(LOG_LEVELS),
    meaning: "The least level that is logged",
    otherwise: "info",
    fallback: "info",
    flag: "--log-level <level>",
  },
  "log.format": {
    kind: choice(LOG_FORMATS),
    meaning: "Lines for people or for programs; auto: pretty on a terminal, else json",
    otherwise: "auto",
    fallback: "auto",
    flag: "--log-format <format>",
  },
  "log.path": {
    kind: text(),
    meaning: "A file for the log, or a folder for millrace.log",
    otherwise: "standard output",
    flag: "--log-path <path>",
  },
  "log.maxSize": {
    kind: bytes(1_024, 1_000_000_000_000),
    meaning: "The file is put aside when it would be larger",
    otherwise: "100MB",
    fallback: 100_000_000,
  },
  "log.keep": {
    kind: whole(0, 1_000),
    meaning: "How many files that were put aside are kept",
    otherwise: "5",
    fallback: 5,
  },
  "log.args": {
    kind: toggle,
    meaning: "Whether arguments of jobs are logged, with level debug",
    otherwise: "false",
    fallback: false,
  },
  "worker.tasks": { kind: paths, meaning: "Modules whose exported tasks it runs", otherwise: "none" },
  "worker.queues": {
    kind: queues,
    meaning: "Queues to serve, each with its concurrency, and its pacing if it has any",
    otherwise: "the queues of the tasks, 10 jobs at once each",
    flag: "--queue <name:n@interval>",
  },
  "worker.name": {
    kind: text(),
    meaning: "What records and logs call it",
    otherwise: "host, process id and a random part",
    flag: "--name <name>",
  },
  "worker.grace": {
    kind: duration(),
    meaning: "How long running jobs may take after a first SIGTERM or SIGINT",
    otherwise: "30s",
    fallback: "30s",
    flag: "--grace <time>",
  },
  "worker.lease": {
    kind: duration(50),
    meaning: "How long a job stays this worker's after it dies",
    otherwise: "10s",
    flag: "--lease <time>",
  },
  "worker.unknownTaskLimit": {
    kind: duration(1),
    meaning: "How long a job of a task that no worker knows waits before it is a dead letter",
    otherwise: "24h",
  },
  "worker.maxCrashes": {
    kind: whole(1, 1_000),
    meaning: "Lost leases after which a job is a dead letter",
    otherwise: "3",
  },
  "worker.reserveAhead": {
    kind: duration(),
    meaning: "Jobs are reserved this much ahead of their start",
    otherwise: "5ms",
  },
  "worker.callbackConcurrency": {
    kind: whole(1, 10_000),
    meaning: "Callbacks run at once for each queue, beside its jobs",
    otherwise: "10",
  },
};

export const SETTING_KEYS: readonly SettingKey[] = Object.keys(SETTINGS) as SettingKey[];
