import type { Backend, Broker, Durability, Logger, Store } from "../contracts/index.ts";
import {
  type AnyTask,
  type CodeScheme,
  type Duration,
  type RunOptions,
  type RunPlan,
  checkNamespace,
  durationMs,
  positiveDurationMs,
  RUN_OPTIONS,
  runPlan,
  wholeNumber,
} from "../core/index.ts";
import { shown } from "../core/shown.ts";
import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";

/** A system by its URL, with what a URL cannot say. */
export interface SystemOptions {
  readonly url: string;
  /** Options for the system's client library, as that library documents them. They come before what the URL says. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A client of your own, made by that library: Millrace makes its connections like it, and leaves it open. */
  readonly client?: object;
}

export interface MillraceOptions extends RunOptions {
  /** One system as broker and backend: a URL, or a store of your own. Default `"sqlite:./millrace.db"`. */
  readonly store?: string | SystemOptions | Store;
  /** The token for a gateway, where the store is one. */
  readonly token?: string;
  /** What carries jobs, where it is not the store. */
  readonly broker?: string | SystemOptions | Broker;
  /** What remembers them, beside `broker`. Left out: status and results cannot be read. */
  readonly backend?: string | SystemOptions | Backend;
  /** Separates apps that share a system. Default `"millrace"`. */
  readonly namespace?: string;
  /**
   * What an accepted job survives. `full` (default): a power cut; `normal`: the end of every process; `replicated`: the loss
   * of a server, where the system has replicas.
   */
  readonly durability?: Durability;
  /** Tasks that this app sends by name, beside those of its workers. */
  readonly tasks?: readonly AnyTask[];
  /** A job not started this long after it was sent is `expired`. Default: never. */
  readonly expireAfter?: Duration;
  /** How long a send may wait for the store. Default 10 s. */
  readonly sendTimeout?: Duration;
  /** The most bytes of encoded arguments, and of an encoded result. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
  /** Where Millrace logs. Default: warnings and errors to standard error. */
  readonly logger?: Logger;
  /** Log every step of every job; with `"arguments"`, what they are given too. Default false. */
  readonly debug?: boolean | "arguments";
  /** Records carry the number code that an old system has for their state. */
  readonly codes?: CodeScheme;
}

/** App options, checked. */
export interface AppPlan {
  readonly namespace: string;
  readonly durability: Durability;
  readonly token: string | undefined;
  readonly run: RunPlan;
  readonly expireAfterMs: number | undefined;
  readonly sendTimeoutMs: number;
  readonly maxPayloadBytes: number;
  readonly codes: CodeScheme | undefined;
  readonly debug: boolean | "arguments";
}

const KEYS = [
  "store",
  "token",
  "broker",
  "backend",
  "namespace",
  "durability",
  "tasks",
  "expireAfter",
  "sendTimeout",
  "maxPayloadBytes",
  "logger",
  "debug",
  "codes",
  ...RUN_OPTIONS,
] as const satisfies readonly (keyof MillraceOptions)[];

const LARGEST_PAYLOAD = 512 * 1024 * 1024;

/** @throws ConfigurationError */
export function appPlan(options: MillraceOptions): AppPlan {
  refuseUnknownKeys(options, KEYS, "option");
  const { namespace = "millrace", durability = "full", codes, debug = false, expireAfter } = options;
  checkNamespace(namespace);
  if (durability !== "full" && durability !== "normal" && durability !== "replicated") {
    throw new ConfigurationError(`durability must be "full", "normal" or "replicated", not ${shown(durability)}`);
  }
  if (typeof debug !== "boolean" && debug !== "arguments") {
    throw new ConfigurationError(`debug must be true, false or "arguments", not ${shown(debug)}`);
  }
  if (codes !== undefined && codes !== "g_task" && codes !== "ytask") {
    throw new ConfigurationError(`codes must be "g_task" or "ytask", not ${shown(codes)}`);
  }
  if (options.store !== undefined && (options.broker !== undefined || options.backend !== undefined)) {
    throw new ConfigurationError("give `store`, or `broker` with an optional `backend`; not both");
  }
  if (options.backend !== undefined && options.broker === undefined) {
    throw new ConfigurationError("`backend` needs a `broker` beside it; for one system as both, give `store`");
  }
  return {
    namespace,
    durability,
    token: options.token,
    run: runPlan(options),
    expireAfterMs: expireAfter === undefined ? undefined : durationMs(expireAfter, "expireAfter"),
    sendTimeoutMs: positiveDurationMs(options.sendTimeout ?? "10s", "sendTimeout"),
    maxPayloadBytes: wholeNumber(options.maxPayloadBytes ?? 1_048_576, "maxPayloadBytes", 1, LARGEST_PAYLOAD),
    codes,
    debug,
  };
}
