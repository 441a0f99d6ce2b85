import {
  type Duration,
  type Instant,
  type Metadata,
  type RunOptions,
  type RunPlan,
  checkId,
  checkName,
  durationMs,
  encodeEnvelope,
  encodeValue,
  instantMs,
  RUN_OPTIONS,
  runPlan,
  wholeNumber,
} from "../core/index.ts";
import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";

/** Options of one send, or of many by one clone of a client. What is not given falls to the task, then to the app. */
export interface SendOptions extends RunOptions {
  /** An id of your own, 1–128 printable ASCII characters: sending it twice makes one job. Default: a new one. */
  readonly id?: string;
  /** Default: the task's queue if it is known here, else `"default"`. */
  readonly queue?: string;
  /** 0–9, higher first. Default: the task's, else 0. */
  readonly priority?: number;
  /** Earliest start, from acceptance by the store's clock. */
  readonly runAfter?: Duration;
  /** Earliest start. In the past: at once. */
  readonly runAt?: Instant;
  /** Not started by then: `expired`. In the past: `expired` at once. */
  readonly expireAt?: Instant;
  /** The same, from acceptance by the store's clock. */
  readonly expireAfter?: Duration;
  /** Travels with the job; the task finds it in its context. JSON. */
  readonly meta?: Metadata;
  /** W3C Trace Context. Default: that of the job in which the send is made, if any. */
  readonly traceparent?: string;
}

/** Send options, checked, with everything that jobs of one clone share encoded once. */
export interface SendPlan {
  readonly id: string | undefined;
  readonly queue: string | undefined;
  readonly priority: number | undefined;
  readonly delayMs: number | undefined;
  readonly runAt: number | undefined;
  readonly expireAt: number | undefined;
  readonly expireAfterMs: number | undefined;
  readonly run: RunPlan;
  readonly meta: string | undefined;
  readonly traceparent: string | undefined;
  /** Without `traceparent`, which may come from the job around the send. */
  readonly envelope: string;
}

const KEYS = [
  "id",
  "queue",
  "priority",
  "runAfter",
  "runAt",
  "expireAt",
  "expireAfter",
  "meta",
  "traceparent",
  ...RUN_OPTIONS,
] satisfies (keyof SendOptions)[];

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/** @throws ConfigurationError, PayloadError */
export function sendPlan(options: SendOptions): SendPlan {
  refuseUnknownKeys(options, KEYS, "send option");
  const { id, queue, priority, runAfter, runAt, expireAt, expireAfter, meta, traceparent } = options;
  if (id !== undefined) checkId(id);
  if (queue !== undefined) checkName("queue", queue);
  if (runAfter !== undefined && runAt !== undefined) throw exclusive("runAfter", "runAt");
  if (expireAfter !== undefined && expireAt !== undefined) throw exclusive("expireAfter", "expireAt");
  checkTraceparent(traceparent);
  const run = runPlan(options);
  const encodedMeta = encodeMeta(meta);
  return {
    id,
    queue,
    priority: priority === undefined ? undefined : wholeNumber(priority, "priority", 0, 9),
    delayMs: runAfter === undefined ? undefined : durationMs(runAfter, "runAfter"),
    runAt: runAt === undefined ? undefined : instantMs(runAt, "runAt"),
    expireAt: expireAt === undefined ? undefined : instantMs(expireAt, "expireAt"),
    expireAfterMs: expireAfter === undefined ? undefined : durationMs(expireAfter, "expireAfter"),
    run,
    meta: encodedMeta,
    traceparent,
    envelope: encodeEnvelope(run, encodedMeta, undefined),
  };
}

/** @throws ConfigurationError */
export function checkTraceparent(traceparent: unknown): asserts traceparent is string | undefined {
  if (traceparent === undefined || (typeof traceparent === "string" && TRACEPARENT.test(traceparent))) return;
  throw new ConfigurationError(`traceparent must be in the form of W3C Trace Context, "00-<32 hex>-<16 hex>-<2 hex>"`);
}

/** Metadata is for correlation, not for data. */
const MOST_META_BYTES = 16 * 1_024;

/** @throws ConfigurationError, PayloadError */
export function encodeMeta(meta: Metadata | undefined): string | undefined {
  if (meta === undefined) return undefined;
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) {
    throw new ConfigurationError("meta must be an object, with whatever is to travel as its fields");
  }
  return encodeValue(meta, "meta", MOST_META_BYTES);
}

/** Options over others. Of two that say the same in different ways, the later one stands. */
export function mergedOptions(under: SendOptions, over: SendOptions): SendOptions {
  const { runAfter, runAt, expireAfter, expireAt, ...rest } = under;
  const timed = over.runAfter === undefined && over.runAt === undefined;
  const expires = over.expireAfter === undefined && over.expireAt === undefined;
  return {
    ...rest,
    ...(timed && runAfter !== undefined ? { runAfter } : {}),
    ...(timed && runAt !== undefined ? { runAt } : {}),
    ...(expires && expireAfter !== undefined ? { expireAfter } : {}),
    ...(expires && expireAt !== undefined ? { expireAt } : {}),
    ...over,
  };
}

function exclusive(one: string, other: string): ConfigurationError {
  return new ConfigurationError(`give ${one} or ${other}, not both`);
}
