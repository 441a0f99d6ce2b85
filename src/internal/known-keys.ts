import { ConfigurationError } from "../errors/index.ts";
import { nearest } from "./nearest.ts";

/**
 * Refuses an option that does not exist: a misspelt one would be ignored in silence, and found at 3 a.m.
 *
 * @param what in the error, such as `send option`
 * @throws ConfigurationError that names the nearest one
 */
export function refuseUnknownKeys(options: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new ConfigurationError(
      `there is no ${what} "${key}"${near === undefined ? "." : `; did you mean "${near}"?`} There are ${known.join(", ")}`,
    );
  }
}
