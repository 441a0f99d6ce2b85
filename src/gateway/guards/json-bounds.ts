/** How large a JSON text may be in what it says, beside its bytes. */
export interface JsonBounds {
  /** Arrays and objects within each other. */
  readonly depth: number;
  /** Values and keys in all. */
  readonly count: number;
  /** Digits of a number. */
  readonly digits: number;
}

/** What a look over the text found. */
export interface JsonExtent {
  readonly exceeded?: keyof JsonBounds;
  /** There may be a number that needs more digits than a number has. */
  readonly longNumbers: boolean;
  /** A string begins with `$`, so a value may be in the form in which bigints travel. */
  readonly marked: boolean;
}

const DOLLAR = 0x24;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** The first whole number that a number may not hold exactly has 16 digits. */
const LONG_DIGITS = 16;

/** Measures a JSON text without building anything of it. What it says of a text that is no JSON does not matter. */
export function jsonExtent(text: Uint8Array, bounds: JsonBounds): JsonExtent {
  let depth = 0;
  let count = 1;
  let digits = 0;
  let longNumbers = false;
  let marked = false;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      digits += 1;
      if (digits >= LONG_DIGITS) longNumbers = true;
      if (digits > bounds.digits) return { exceeded: "digits", longNumbers, marked };
      continue;
    }
    digits = 0;
    switch (byte) {
      case QUOTE:
        if (text[at + 1] === DOLLAR) marked = true;
        at = stringEnd(text, at + 1);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        count += 1;
        if (depth > bounds.depth) return { exceeded: "depth", longNumbers, marked };
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
      case COMMA:
      case COLON:
        count += 1;
        break;
      default:
    }
    if (count > bounds.count) return { exceeded: "count", longNumbers, marked };
  }
  return { longNumbers, marked };
}

/** Where the string that began before `at` ends. */
function stringEnd(text: Uint8Array, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === BACKSLASH) at += 1;
    else if (text[at] === QUOTE) return at;
  }
  return text.length;
}
