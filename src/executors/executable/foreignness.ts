import type { Stats } from "node:fs";

/** Anybody but its owner may write to it. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Why others than those who may decide what is run here could change a file or a folder; `undefined` where they could not.
 *
 * @param owners users that may own it, beside root
 */
export function foreignness({ mode, uid }: Pick<Stats, "mode" | "uid">, owners: readonly number[]): string | undefined {
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return "is writable by others than its owner; chmod go-w takes that away";
  if (uid !== 0 && !owners.includes(uid)) return `belongs to user ${uid}, who is neither root nor the worker's user`;
  return undefined;
}
