/**
 * Reads JSON without losing a digit: whole numbers that a number cannot hold exactly become bigint.
 *
 * @throws SyntaxError for a text that is no JSON
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, exact);
}

function exact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
