import { ConfigurationError } from "../errors/index.ts";

/** A place in a file; both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A value that was read from a file, with where it stands, and where its parts stand. */
export interface Located {
  readonly place: Place;
  /** As plain data. */
  readonly value: unknown;
  /** Of a map: its entries, in their order. */
  readonly entries?: ReadonlyMap<string, { readonly keyPlace: Place; readonly node: Located }>;
  /** Of a list. */
  readonly items?: readonly Located[];
}

/** What is wrong at a place of a file, as `file:line:column: sentence`. */
export function problemAt(file: string, { line, column }: Place, sentence: string, key?: string): ConfigurationError {
  return new ConfigurationError(`${file}:${line}:${column}: ${sentence}`, {
    details: { file, line, column, ...(key === undefined ? {} : { key }) },
  });
}

/** Where the part of a value stands that a path leads to; as far as the path leads. */
export function placeWithin(node: Located, path: readonly unknown[]): Place {
  let at = node;
  for (const step of path) {
    const next = typeof step === "number" ? at.items?.[step] : at.entries?.get(String(step))?.node;
    if (next === undefined) break;
    at = next;
  }
  return at.place;
}
