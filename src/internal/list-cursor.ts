import { ConfigurationError } from "../errors/index.ts";

/** What is said of a text that no page of a list gave as its cursor. */
export function noCursor(cursor: string): ConfigurationError {
  return new ConfigurationError(
    `${JSON.stringify(cursor)} is no cursor of this list; use the one that the page before gave`,
  );
}

/**
 * The number below which a page begins, in a list that is ordered by one.
 *
 * @param first of the page that no cursor is given for
 * @throws ConfigurationError when the cursor is none
 */
export function cursorSequence(cursor: string | undefined, first: number): number {
  if (cursor === undefined) return first;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw noCursor(cursor);
}
