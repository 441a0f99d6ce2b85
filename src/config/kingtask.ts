import { join } from "node:path";
import { shown } from "../core/shown.ts";
import { ConfigurationError } from "../errors/index.ts";
import type { SettingKey } from "./settings.ts";

/** What a key of kingtask's broker.yaml or worker.yaml stands for. */
interface KingtaskKey {
  /** Undefined: understood, and of no consequence here; `remark` says why. */
  readonly setting?: SettingKey;
  readonly remark: string;
  /** What it says, as a value of the setting, whose own check follows; `undefined` for nothing. */
  readonly convert: (value: unknown, name: string) => unknown;
}

/** kingtask's file in the folder `log_path` had another name, and was 1 GB large before it was put aside. */
const LOG_FILE = "millrace.log";

const interval: KingtaskKey = {
  setting: "worker.queues",
  remark: "at least so many seconds between two starts; one job at a time",
  convert: (value, name) => ({ default: { concurrency: 1, minInterval: seconds(value, name) } }),
};

/** The keys of both files. `peroid` is what kingtask's worker really read, while its own example says `period`. */
export const KINGTASK_KEYS: ReadonlyMap<string, KingtaskKey> = new Map<string, KingtaskKey>([
  ["addr", { setting: "gateway.address", remark: "host:port", convert: (value) => value }],
  ["redis", { setting: "store", remark: "host:port, then /db if it is not 0", convert: redisUrl }],
  [
    "log_path",
    {
      setting: "log.path",
      remark: `a folder, for ${LOG_FILE}`,
      convert: (value) => (typeof value === "string" && value !== "" ? join(value, LOG_FILE) : value),
    },
  ],
  [
    "log_level",
    {
      setting: "log.level",
      remark: "in any case of letters",
      convert: (value) => (typeof value === "string" ? value.toLowerCase() : value),
    },
  ],
  ["period", interval],
  ["peroid", interval],
  ["bin_path", { setting: "worker.bin", remark: "the same", convert: (value) => value }],
  ["result_keep_time", { setting: "retention", remark: "seconds", convert: seconds }],
  [
    "task_run_time",
    {
      setting: "timeout",
      remark: "seconds; 0 is no limit, where it was no time at all",
      convert: (value, name) => (value === 0 ? undefined : seconds(value, name)),
    },
  ],
  ["broker", { remark: "workers reach the store themselves, so nothing listens to them", convert: (value) => value }],
]);

/**
 * What holds with a file of kingtask that says nothing else: one job at a time, nothing is tried again unless its
 * sender says so, and what a program writes on standard error fails it. Its other defaults lost results, killed every job at once and hid warnings; there, Millrace's own hold.
 */
export const KINGTASK_DEFAULTS: ReadonlyMap<SettingKey, unknown> = new Map<SettingKey, unknown>([
  ["retries", 0],
  ["worker.queues", { default: 1 }],
  ["worker.executables", { failOn: "stderr", trim: true }],
]);

function redisUrl(value: unknown, name: string): unknown {
  if (typeof value === "string" && /^[^\s/]+(\/\d+)?$/.test(value)) return `redis://${value}`;
  throw new ConfigurationError(`${name} must be host:port, or host:port/db; not ${shown(value)}`);
}

function seconds(value: unknown, name: string): unknown {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value * 1_000;
  throw new ConfigurationError(`${name} must be a whole number of seconds, not ${shown(value)}`);
}
