import assert from "node:assert/strict";

/** Something that an offer promises; a harness or driver without it fails the check instead of skipping it. */
export function demanded<T>(value: T | undefined, what: string): T {
  assert.ok(value !== undefined, `${what} is missing, though the harness says that it is offered`);
  return value;
}
