import assert from "node:assert/strict";
import { PROMPT_MS } from "./bounds.ts";

/** The answer of a call that must not wait for anything; a call that hangs is a failed check, not a stuck suite. */
export async function promptly<T>(call: Promise<T>, sentence: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new assert.AssertionError({ message: `${sentence} (no answer in ${PROMPT_MS} ms)` }));
  }, PROMPT_MS);
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
