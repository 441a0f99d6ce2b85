import assert from "node:assert/strict";
import { LATE_MS, STEP_MS } from "./bounds.ts";
import type { Opened } from "./harness.ts";

/** Looks again and again, while time passes, until there is an answer; fails when it is later than a driver may be. */
export async function eventually<T>(
  opened: Pick<Opened<unknown>, "advance">,
  sentence: string,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (let passed = 0; passed <= LATE_MS; passed += STEP_MS) {
    const answer = await look();
    if (answer !== undefined) return answer;
    await opened.advance(STEP_MS);
  }
  throw new assert.AssertionError({ message: `${sentence} (waited ${LATE_MS} ms)` });
}
