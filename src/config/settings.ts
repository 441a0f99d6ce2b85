import { type Duration, LEASE_BOUNDS, type Retention, type RunOptions, checkNamespace } from "../core/index.ts";
import { listenAddress } from "../internal/listen-address.ts";
import { DEFAULT_STORE } from "../internal/default-store.ts";
import { backoff } from "./kinds/backoff.ts";
import { bytes } from "./kinds/bytes.ts";
import { choice } from "./kinds/choice.ts";
import { duration } from "./kinds/duration.ts";
import { type QueueSettings, queues } from "./kinds/queues.ts";
import { type ExecutablesSetting, executables } from "./kinds/executables.ts";
import { retention } from "./kinds/retention.ts";
import { runOption } from "./kinds/run-option.ts";
import { text } from "./kinds/text.ts";
import { texts } from "./kinds/texts.ts";
import { toggle } from "./kinds/toggle.ts";
import { whole } from "./kinds/whole.ts";
import type { Setting } from "./setting.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const LOG_FORMATS = ["auto", "pretty", "json"] as const;

/** Every setting with the type of its value. Keys with a dot are written below the key before it. */
export interface SettingValues {
  readonly store: string;
  readonly namespace: string;
  readonly token: string;
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
  readonly "worker.bin": string;
  readonly "worker.executables": ExecutablesSetting;
  readonly "worker.queues": QueueSettings;
  readonly "worker.name": string;
  readonly "worker.grace": Duration;
  readonly "worker.lease": Duration;
  readonly "worker.unknownTaskLimit": Duration;
  readonly "worker.maxCrashes": number;
  readonly "worker.reserveAhead": Duration;
  readonly "worker.callbackConcurrency": number;
  readonly "gateway.address": string;
  readonly "gateway.tokens": string;
  readonly "gateway.tlsCert": string;
  readonly "gateway.tlsKey": string;
  readonly "gateway.allowHosts": readonly string[];
  readonly "gateway.readOnly": boolean;
  readonly "gateway.rateLimit": number;
  readonly "gateway.maxBacklog": number;
  readonly "gateway.maxBody": number;
  readonly "gateway.maxStreams": number;
  readonly "gateway.maxConnections": number;
  readonly "gateway.auditLog": string;
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
  token: {
    kind: text(),
    meaning: "What a gateway lets this program in with, where the store is one",
    otherwise: "none",
    isSecret: true,
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
  timeout: {
    kind: duration({ leastMs: 1 }),
    meaning: "How long one attempt may run, where neither task nor send says it",
    otherwise: "no limit",
    flag: "--timeout <time>",
  },
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
    kind: duration({ leastMs: 1 }),
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
  "worker.tasks": { kind: texts("path"), meaning: "Modules whose exported tasks it runs", otherwise: "none" },
  "worker.bin": {
    kind: text(),
    meaning: "Run the executable files of this folder as tasks, each named like its file",
    otherwise: "none",
    flag: "--bin <folder>",
  },
  "worker.executables": {
    kind: executables,
    meaning: "How these programs are run: the options of the library's `executables`",
    otherwise: "those of the library",
  },
  "worker.queues": {
    kind: queues,
    meaning: "Queues to serve, each with its concurrency, and its pacing if it has any",
    otherwise: "the queues of the tasks, 10 jobs at once each",
    flag: "--queue <name:n@interval>",
    isRepeatable: true,
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
    kind: duration(LEASE_BOUNDS),
    meaning: "How long a job stays this worker's after it dies",
    otherwise: "10s",
    flag: "--lease <time>",
  },
  "worker.unknownTaskLimit": {
    kind: duration({ leastMs: 1 }),
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
  "gateway.address": {
    kind: text((value) => void listenAddress(value)),
    meaning: "Where to listen",
    otherwise: "127.0.0.1:9595",
    flag: "--address <host:port>",
  },
  "gateway.tokens": {
    kind: text(),
    meaning: "Let in who has a token of this file; needed for any other address than a loopback one",
    otherwise: "no token is asked for",
    flag: "--tokens <file>",
  },
  "gateway.tlsCert": {
    kind: text(),
    meaning: "Serve HTTPS with this certificate (PEM), and the key",
    otherwise: "HTTP",
    flag: "--tls-cert <file>",
  },
  "gateway.tlsKey": {
    kind: text(),
    meaning: "The certificate's key (PEM)",
    otherwise: "none",
    flag: "--tls-key <file>",
  },
  "gateway.allowHosts": {
    kind: texts("name of a host"),
    meaning: "Names by which the gateway may be called, beside its address",
    otherwise: "none",
    flag: "--allow-host <name>",
    isRepeatable: true,
  },
  "gateway.readOnly": { kind: toggle, meaning: "Refuse every change", otherwise: "false", flag: "--read-only" },
  "gateway.rateLimit": {
    kind: whole(0, 10_000_000),
    meaning: "Requests a second for each token, 0 for any number",
    otherwise: "1000",
    flag: "--rate-limit <n>",
  },
  "gateway.maxBacklog": {
    kind: whole(0, Number.MAX_SAFE_INTEGER),
    meaning: "Jobs that may wait in one queue before more are refused, 0 for any number",
    otherwise: "1000000",
    flag: "--max-backlog <n>",
  },
  "gateway.maxBody": {
    kind: bytes(1_024, 268_435_456),
    meaning: "The largest body, packed or unpacked",
    otherwise: "8MiB",
    flag: "--max-body <bytes>",
  },
  "gateway.maxStreams": {
    kind: whole(0, 1_000_000),
    meaning: "Event streams and waits open at once",
    otherwise: "10000",
    flag: "--max-streams <n>",
  },
  "gateway.maxConnections": {
    kind: whole(1, 1_000_000),
    meaning: "Connections open at once",
    otherwise: "20000",
  },
  "gateway.auditLog": {
    kind: text(),
    meaning: "Append every request that changes something to this file, as JSON lines",
    otherwise: "none",
    flag: "--audit-log <file>",
  },
};

export const SETTING_KEYS: readonly SettingKey[] = Object.keys(SETTINGS) as SettingKey[];
