import type { ListQuery } from "../contracts/index.ts";
import { JOB_STATES, shown, wholeNumber } from "../core/index.ts";
import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";

const KEYS = ["queue", "state", "task", "limit", "cursor"] satisfies (keyof ListQuery)[];

/**
 * Checks what is to be listed. Default limit 50, at most 1,000.
 *
 * @throws ConfigurationError
 */
export function listQuery(query: Partial<ListQuery>): ListQuery {
  refuseUnknownKeys(query, KEYS, "list option");
  for (const key of ["queue", "task", "cursor"] as const) {
    const value: unknown = query[key];
    if (value !== undefined && typeof value !== "string") {
      throw new ConfigurationError(`${key} must be a string, not ${shown(value)}`);
    }
  }
  if (query.state !== undefined && !JOB_STATES.includes(query.state)) {
    throw new ConfigurationError(`there is no state ${shown(query.state)}; there are ${JOB_STATES.join(", ")}`);
  }
  return { ...query, limit: wholeNumber(query.limit ?? 50, "limit", 1, 1_000) };
}

/**
 * Refuses what no job can be looked up by; a string that is nobody's id is only unknown.
 *
 * @throws ConfigurationError
 */
export function refuseStrangeId(id: unknown): asserts id is string {
  if (typeof id === "string") return;
  throw new ConfigurationError(
    `${shown(id)} is no id of a job: give the string that its handle and its record have as id`,
  );
}

/**
 * The same for several.
 *
 * @throws ConfigurationError
 */
export function refuseStrangeIds(ids: unknown): asserts ids is readonly string[] {
  // A string has elements, too.
  if (!Array.isArray(ids)) throw new ConfigurationError(`${shown(ids)} is no list of ids: give an array of strings`);
  for (const id of ids) refuseStrangeId(id);
}
