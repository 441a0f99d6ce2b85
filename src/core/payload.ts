import { PayloadError, PayloadTooLargeError } from "../errors/index.ts";
import { BIGINT_KEY, fromNotation, toNotation } from "./notation.ts";

/** Nested deeper than this is taken for a cycle; JSON.parse and the stack both stay far from their limits. */
const DEEPEST = 500;

/** What `task` and `send` accept as a value, as a type: JSON, bigint, and `undefined` where it can be left out. */
export type Encodable<T> = T extends string | number | boolean | bigint | null | undefined | void
  ? T
  : T extends
        | ((...args: never[]) => unknown)
        | symbol
        | Date
        | RegExp
        | Error
        | ReadonlyMap<unknown, unknown>
        | ReadonlySet<unknown>
        | Promise<unknown>
        | ArrayBufferView
        | ArrayBuffer
    ? never
    : T extends object
      ? { [K in keyof T]: Encodable<T[K]> }
      : T;

/**
 * Encodes a list of values as JSON text, exactly: what {@link decodeValues} gives back is equal.
 *
 * Carried: strings (any, lone surrogates too), finite numbers, booleans, null, bigint, arrays, plain objects. An object's
 * `undefined` properties are left out, as are trailing `undefined` values of the list.
 *
 * @throws PayloadError for anything else, with the path to it
 * @throws PayloadTooLargeError above `maxBytes`
 */
export function encodeValues(values: readonly unknown[], what: string, maxBytes: number): string {
  let count = values.length;
  while (count > 0 && values[count - 1] === undefined) count -= 1;
  const kept = count === values.length ? values : values.slice(0, count);
  const escape = inspectArray(kept, { what, maxBytes, path: [], bytes: 0 });
  return capped(JSON.stringify(escape ? kept.map(toNotation) : kept), what, maxBytes);
}

/** Encodes one value; `undefined` has no text and encodes as `undefined`. */
export function encodeValue(value: unknown, what: string, maxBytes: number): string | undefined {
  if (value === undefined) return undefined;
  const escape = inspect(value, { what, maxBytes, path: [], bytes: 0 });
  return capped(JSON.stringify(escape ? toNotation(value) : value), what, maxBytes);
}

/** The value of a text made by `encodeValue` or `encodeValues`. */
export function decodeValue(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('"$') ? fromNotation(value) : value;
}

function capped(text: string, what: string, maxBytes: number): string {
  // A UTF-16 unit is at most three bytes of UTF-8, so most texts need no counting.
  if (text.length * 3 > maxBytes) {
    const bytes = Buffer.byteLength(text);
    if (bytes > maxBytes) throw tooLarge(what, `${bytes}`, bytes, maxBytes);
  }
  return text;
}

/** A value on its way to text. */
interface Walk {
  readonly what: string;
  readonly maxBytes: number;
  /** Where in the value the walk is. */
  readonly path: (string | number)[];
  /** What the text of all that was passed will have at the least. */
  bytes: number;
}

/** Refuses what cannot be carried, and what is too large before any text is made of it; tells whether a value needs escaping. */
function inspect(value: unknown, walk: Walk): boolean {
  switch (typeof value) {
    case "string":
      spend(walk, value.length + 2);
      return false;
    case "boolean":
      spend(walk, 4);
      return false;
    case "number":
      spend(walk, 1);
      if (Number.isFinite(value)) return Object.is(value, -0);
      throw refused(walk, `${value} is not a JSON number`);
    case "bigint":
      spend(walk, BIGINT_KEY.length + 8);
      return true;
    case "object":
      if (value === null) {
        spend(walk, 4);
        return false;
      }
      if (walk.path.length > DEEPEST) {
        walk.path.length = 8;
        throw refused(walk, `cyclic, or nested deeper than ${DEEPEST}`);
      }
      return Array.isArray(value) ? inspectArray(value, walk) : inspectObject(value, walk);
    default:
      throw refused(walk, `${typeof value === "undefined" ? "undefined" : `a ${typeof value}`} cannot be carried`);
  }
}

function inspectArray(value: readonly unknown[], walk: Walk): boolean {
  let escape = false;
  spend(walk, 2);
  for (let at = 0; at < value.length; at += 1) {
    if (at > 0) spend(walk, 1);
    walk.path.push(at);
    if (inspect(value[at], walk)) escape = true;
    walk.path.pop();
  }
  return escape;
}

function inspectObject(value: object, walk: Walk): boolean {
  if (!isPlain(value)) throw refused(walk, `${className(value)} is no plain object; send its fields`);
  let escape = false;
  spend(walk, 2);
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    if (key.startsWith("$")) escape = true;
    spend(walk, key.length + 3);
    walk.path.push(key);
    if (inspect(item, walk)) escape = true;
    walk.path.pop();
  }
  return escape;
}

/** Counts bytes that the text will have for sure, so that far too much is refused at the cost of the cap, not of its size. */
function spend(walk: Walk, bytes: number): void {
  walk.bytes += bytes;
  if (walk.bytes > walk.maxBytes) throw tooLarge(walk.what, `at least ${walk.bytes}`, walk.bytes, walk.maxBytes);
}

function tooLarge(what: string, count: string, bytes: number, maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(
    `${what}: ${count} bytes encoded, more than maxPayloadBytes (${maxBytes}). Keep large data elsewhere and send where it is`,
    { details: { bytes, maxBytes } },
  );
}

/** Made by a literal, by JSON.parse or with no prototype, in this realm or another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return (
    typeof prototype === "object" &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf")
  );
}

function className(value: object): string {
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== ""
    ? `a ${constructor.name}`
    : "an object of a class";
}

function refused({ what, path }: Walk, why: string): PayloadError {
  const place = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return new PayloadError(`${what}${place === "" ? "" : ` at ${place}`}: ${why}`, { details: { path: place } });
}
