import type { Clock } from "../../contracts/index.ts";
import { JobLedger } from "./job-ledger.ts";

interface Shared {
  readonly ledger: JobLedger;
  holders: number;
}

const shared = new Map<string, Shared>();

/** A ledger in use, until it is let go of. */
export interface LedgerHold {
  readonly ledger: JobLedger;
  letGo(): void;
}

/**
 * Gives the ledger of a named location, the same to all who name it in this process and namespace, until the last of
 * them lets go. A location without a name is a ledger of its own. The clock of the first holder is the ledger's.
 */
export function holdLedger(location: string, namespace: string, clock: Clock): LedgerHold {
  if (location === "") return { ledger: new JobLedger(clock), letGo: () => {} };
  const key = `${namespace} ${location}`;
  const entry = shared.get(key) ?? { ledger: new JobLedger(clock), holders: 0 };
  shared.set(key, entry);
  entry.holders += 1;
  let held = true;
  return {
    ledger: entry.ledger,
    letGo: () => {
      if (!held) return;
      held = false;
      entry.holders -= 1;
      if (entry.holders === 0) shared.delete(key);
    },
  };
}
