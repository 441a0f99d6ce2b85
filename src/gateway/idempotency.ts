import { createHash } from "node:crypto";
import type { Caller } from "./caller.ts";
import { refused } from "./refused.ts";

/**
 * The id of a job that was sent with an Idempotency-Key: the same for the same caller and key at every gateway, so that a
 * request which is repeated finds the job it made.
 *
 * @throws RequestInvalidError for what is no key
 */
export function idempotentId(caller: Caller, key: string, at: number): string {
  if (!/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(key)) {
    throw refused(400, "an Idempotency-Key has 1 to 255 printable ASCII characters");
  }
  const hash = createHash("sha256").update(`${caller.name}\0${key}`).digest("base64url");
  return `key-${hash}${at === 0 ? "" : `-${at}`}`;
}
