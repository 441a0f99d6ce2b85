/** Stand for values that JSON has no form for. */
const BIGINT_KEY = "$bigint";
const NUMBER_KEY = "$number";

/**
 * A value in the form that Millrace stores: JSON has no bigint, so one is `{"$bigint": "9007199254740993"}`, and `-0` is
 * `{"$number": "-0"}`; a key that starts with `$` gets one more.
 */
export function toNotation(value: unknown): unknown {
  if (typeof value === "bigint") return { [BIGINT_KEY]: value.toString() };
  if (Object.is(value, -0)) return { [NUMBER_KEY]: "-0" };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toNotation);
  return renamed(value, (key) => (key.startsWith("$") ? `$${key}` : key), toNotation);
}

/**
 * The value that `toNotation` made this of.
 *
 * @param mostDigits of a bigint: reading and writing one takes time that grows with their square
 * @throws SyntaxError when what stands for a bigint is no whole number
 * @throws RangeError when it has more digits
 */
export function fromNotation(value: unknown, mostDigits: number = Infinity): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fromNotation(item, mostDigits));
  const [[key, digits] = [], second] = Object.entries(value);
  if (key === BIGINT_KEY && second === undefined && typeof digits === "string") {
    if (!/^-?\d+$/.test(digits)) throw new SyntaxError(`${JSON.stringify(digits.slice(0, 40))} is no whole number`);
    if (digits.length > mostDigits) throw new RangeError(`a number has more than ${mostDigits} digits`);
    return BigInt(digits);
  }
  if (key === NUMBER_KEY && second === undefined && digits === "-0") return -0;
  return renamed(
    value,
    (name) => (name.startsWith("$$") ? name.slice(1) : name),
    (item) => fromNotation(item, mostDigits),
  );
}

/** `fromEntries` defines properties, so a key named `__proto__` stays a key. */
function renamed(value: object, rename: (key: string) => string, convert: (item: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), convert(item)]));
}
