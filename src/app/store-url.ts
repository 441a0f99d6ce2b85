import { StoreUrlError } from "../errors/index.ts";
import { nearest } from "../internal/nearest.ts";
import { redacted } from "../internal/redacted.ts";
import { DRIVERS } from "./drivers.ts";

/** A URL of a store, broker or backend, taken apart. */
export interface StoreUrl {
  readonly scheme: string;
  readonly location: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Takes a URL apart: scheme, location, query.
 *
 * @throws StoreUrlError when it is malformed, or its scheme names no driver; the nearest one is named
 */
export function storeUrl(url: string): StoreUrl {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):([^?]*)(?:\?(.*))?$/s.exec(url);
  const [, scheme, location, query] = match ?? [];
  const known = [...DRIVERS.keys()].map((name) => `${name}:`).join(", ");
  if (scheme === undefined || location === undefined) {
    throw new StoreUrlError(
      `${JSON.stringify(redacted(url))} is no store URL: it needs a scheme, one of ${known} as in "sqlite:./millrace.db"`,
    );
  }
  if (!DRIVERS.has(scheme.toLowerCase())) {
    const near = nearest(scheme, DRIVERS.keys());
    throw new StoreUrlError(
      `there is no driver "${scheme}:" (in ${JSON.stringify(redacted(url))})${near === undefined ? "." : `; did you mean "${near}:"?`} There are ${known}`,
    );
  }
  return { scheme: scheme.toLowerCase(), location, parameters: Object.fromEntries(new URLSearchParams(query ?? "")) };
}
