import type { Opened } from "./harness.ts";
import { eventually } from "./eventually.ts";

/** Lets time pass until `promise` resolves; fails when it is later than a driver may be, or when it rejects. */
export async function resolvesWhile<T>(
  opened: Pick<Opened<unknown>, "advance">,
  promise: Promise<T>,
  sentence: string,
): Promise<T> {
  let settled: { value: T } | { error: unknown } | undefined;
  promise.then(
    (value) => {
      settled = { value };
    },
    (error: unknown) => {
      settled = { error };
    },
  );
  const outcome = await eventually(opened, sentence, () => settled);
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
