import type { JobRecord } from "../../src/index.ts";
import type { Entry } from "./scene.ts";

/** What a run left behind. */
export interface Evidence {
  /** Ids whose `send` resolved. */
  readonly accepted: readonly string[];
  /** What the store has, by id. */
  readonly records: ReadonlyMap<string, JobRecord>;
  /** What the tasks wrote. */
  readonly runs: readonly Entry[];
  /** Process ids that were killed. */
  readonly killed: ReadonlySet<number>;
}

export interface Verdict {
  readonly accepted: number;
  /** Accepted, and neither final nor stored. */
  readonly lost: readonly string[];
  /** Stored or run, but in nobody's ledger of what was accepted: sent by a producer that died before it could say so. */
  readonly unexpected: readonly string[];
  /** Started more than once. */
  readonly duplicated: readonly string[];
  /** Of these, the ones whose every earlier start was in a process that was killed. */
  readonly explained: readonly string[];
  /** Ended more than once, or recorded with a value that its last run did not give. */
  readonly contradicted: readonly string[];
}

/** Holds what was promised against what happened. */
export function verdictOf({ accepted, records, runs, killed }: Evidence): Verdict {
  const starts = new Map<string, Entry[]>();
  const ends = new Map<string, Entry[]>();
  for (const entry of runs) {
    if (entry.what === "start") starts.set(entry.id, [...(starts.get(entry.id) ?? []), entry]);
    if (entry.what === "end") ends.set(entry.id, [...(ends.get(entry.id) ?? []), entry]);
  }
  const known = new Set(accepted);
  const duplicated = [...starts].filter(([, each]) => each.length > 1).map(([id]) => id);
  return {
    accepted: known.size,
    lost: [...known].filter((id) => records.get(id)?.isFinal !== true),
    unexpected: [...new Set([...records.keys(), ...starts.keys()])].filter((id) => !known.has(id)),
    duplicated,
    explained: duplicated.filter((id) =>
      starts
        .get(id)!
        .slice(0, -1)
        .every(({ pid }) => killed.has(pid!)),
    ),
    contradicted: [...records.values()]
      .filter((record) => {
        if (record.state !== "succeeded") return false;
        return !(ends.get(record.id) ?? []).some(({ pid }) => pid === record.result);
      })
      .map(({ id }) => id),
  };
}
