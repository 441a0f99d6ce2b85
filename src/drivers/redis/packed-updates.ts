import type { RecordUpdate, SaveOutcome } from "../../contracts/index.ts";
import { STATE_LETTERS } from "./packed-exchange.ts";

/** What save.lua says of an update; m: there is no record. */
export type RawUpdate = "s" | "t" | "f" | "c" | "m";

export const SAVE_OUTCOMES: Readonly<Record<Exclude<RawUpdate, "m">, SaveOutcome>> = {
  s: "saved",
  t: "stale",
  f: "final",
  c: "cancelled",
};

/** Where the values are that go before the texts: the mode, and the JSON itself. */
const TEXTS_FROM = 3;

/** Updates as save.lua takes them. */
export function packUpdates(updates: readonly RecordUpdate[]): string[] {
  const texts: string[] = [];
  const text = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : texts.push(value) + TEXTS_FROM - 1;
  const packed = updates.map(({ id, lease, state, attempt, crashes, delayMs, keep, ...update }) => ({
    id,
    lease,
    state: STATE_LETTERS[state],
    attempt,
    crashes,
    delay: delayMs ?? 0,
    keep: keep?.recordMs ?? -1,
    keepValue: keep?.resultMs ?? -1,
    worker: text(update.worker),
    value: text(update.result),
    error: text(update.error),
    trail: text(update.trail),
    notes: text(update.notes),
  }));
  return [JSON.stringify(packed), ...texts];
}
