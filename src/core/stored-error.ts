import { inspect } from "node:util";
import * as errors from "../errors/index.ts";

/** Longer messages and stacks are cut here, in UTF-16 units. */
const LONGEST_TEXT = 8_192;
const DEEPEST_CAUSE = 5;

/** An error as it is stored and read back: plain data. */
export interface StoredError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  /** Facts of one of Millrace's own errors: texts, numbers and truth values. Long texts keep their beginning and end. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: StoredError;
}

/** Turns whatever was thrown into data; a value that is no error becomes the message. Never throws. */
export function storedError(thrown: unknown, depth = 0): StoredError {
  try {
    return readThrown(thrown, depth);
  } catch {
    // A getter, a proxy or a name of its own that throws when it is read.
    return { name: "NonError", message: "something was thrown that cannot be read" };
  }
}

function readThrown(thrown: unknown, depth: number): StoredError {
  if (!(thrown instanceof Error)) return { name: "NonError", message: cut(`${describe(thrown)} was thrown`) };
  const code: unknown = Reflect.get(thrown, "code");
  const { cause } = thrown;
  return {
    name: cut(String(thrown.name)),
    message: cut(String(thrown.message)),
    ...(typeof thrown.stack === "string" ? { stack: cut(thrown.stack) } : {}),
    ...(typeof code === "string" || typeof code === "number" ? { code: cut(String(code)) } : {}),
    ...(thrown instanceof errors.MillraceError ? detailsOf(thrown.details) : {}),
    ...(cause === undefined || depth >= DEEPEST_CAUSE ? {} : { cause: storedError(cause, depth + 1) }),
  };
}

export function encodeError(thrown: unknown): string {
  return JSON.stringify(storedError(thrown));
}

/** Reads a stored error field by field, so that nothing else in the text gets through; a text that is none is the message. */
export function decodeError(text: string): StoredError {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { name: "Error", message: cut(text) };
  }
  return readError(data);
}

/** The same for an error within a larger record. */
export function readError(value: unknown, depth = 0): StoredError {
  const data = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return {
    name: typeof data["name"] === "string" ? data["name"] : "Error",
    message: typeof data["message"] === "string" ? data["message"] : "",
    ...(typeof data["stack"] === "string" ? { stack: data["stack"] } : {}),
    ...(typeof data["code"] === "string" ? { code: data["code"] } : {}),
    ...detailsOf(data["details"]),
    ...(data["cause"] === undefined || depth >= DEEPEST_CAUSE ? {} : { cause: readError(data["cause"], depth + 1) }),
  };
}

/**
 * An error to throw or to hand to a callback: Millrace's own as their class again, any other as an `Error` with the
 * name, message, stack, code and cause that it had.
 */
export function revivedError(stored: StoredError): Error {
  const cause = stored.cause === undefined ? undefined : revivedError(stored.cause);
  const error = ownError(stored, cause) ?? new Error(stored.message, cause === undefined ? undefined : { cause });
  error.name = stored.name;
  if (stored.stack !== undefined) error.stack = stored.stack;
  if (stored.code !== undefined && !(error instanceof errors.MillraceError))
    Object.assign(error, { code: stored.code });
  return error;
}

function ownError(stored: StoredError, cause: Error | undefined): Error | undefined {
  const entry = Object.entries(errors.ERROR_CODES).find(([code]) => code === stored.code)?.[1];
  if (entry === undefined || entry.name === "PartialSendError") return undefined;
  return new errors[entry.name](stored.message, {
    ...(cause === undefined ? {} : { cause }),
    ...(stored.details === undefined ? {} : { details: stored.details }),
  });
}

/** The details that can be stored, copied one by one; none, where there are none. */
function detailsOf(given: unknown): Pick<StoredError, "details"> {
  if (typeof given !== "object" || given === null) return {};
  const kept = Object.entries(given)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([key, value]: [string, unknown]) => [key, typeof value === "string" ? ends(value) : value]);
  return kept.length === 0 ? {} : { details: Object.fromEntries(kept) };
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(cut(value));
  try {
    return typeof value === "object" ? JSON.stringify(value) : inspect(value);
  } catch {
    return `a ${typeof value}`;
  }
}

/** What matters in a long output is how it began, and more so how it ended. */
function ends(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  // Not longer than the limit with what stands between, so that reading it does not cut it again.
  const half = LONGEST_TEXT / 2 - 20;
  return `${text.slice(0, half)}… (${text.length - 2 * half} more) …${text.slice(-half)}`;
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}… (${text.length - LONGEST_TEXT} more)`;
}
