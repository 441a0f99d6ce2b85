import type { Inspection, ListPage, ListQuery, QueueCount, StoredJob } from "../../contracts/index.ts";
import { cursorSequence } from "../../internal/list-cursor.ts";
import type { JobLedger } from "./job-ledger.ts";
import { storedView } from "./stored-view.ts";

/** Most records that one page looks at. */
const LOOK_LIMIT = 10_000;

/** Looking at many jobs of a ledger. `ledger` throws when the store is not open. */
export function memoryInspection(ledger: () => JobLedger): Inspection {
  return {
    list: async (query) => list(ledger(), query),
    counts: async (): Promise<readonly QueueCount[]> => ledger().counts(),
    replay: async (ids) => {
      const all = ledger();
      return ids.map((id) => replay(all, id));
    },
    removeDead: async (ids, limit) => removeDead(ledger(), ids, limit),
  };
}

function list(ledger: JobLedger, query: ListQuery): ListPage {
  const now = ledger.clock.now();
  const jobs: StoredJob[] = [];
  let looks = 0;
  let last = cursorSequence(query.cursor, Infinity);
  for (const { sequence, record } of ledger.log.before(last)) {
    // Looked for only once there is a line beyond the page, so that the last page has no cursor.
    if (jobs.length >= query.limit || looks >= LOOK_LIMIT) return { jobs, cursor: String(last) };
    last = sequence;
    looks += 1;
    if (record === undefined || ledger.find(record.id) !== record) continue;
    if (query.queue !== undefined && record.queue !== query.queue) continue;
    if (query.task !== undefined && record.task !== query.task) continue;
    const job = storedView(record, now);
    if (query.state === undefined || job.state === query.state) jobs.push(job);
  }
  return { jobs };
}

function replay(ledger: JobLedger, id: string): StoredJob | undefined {
  const record = ledger.find(id);
  if (record?.state !== "failed") return undefined;
  ledger.revive(record);
  return ledger.view(id);
}

function removeDead(ledger: JobLedger, ids: readonly string[] | undefined, limit: number): number {
  let count = 0;
  const dead = ids === undefined ? ledger.dead() : new Set(ids.map((id) => ledger.find(id)));
  for (const record of dead) {
    if (ids === undefined && count >= limit) break;
    if (record?.state !== "failed") continue;
    ledger.forget(record);
    count += 1;
  }
  return count;
}
