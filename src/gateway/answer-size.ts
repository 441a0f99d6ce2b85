import type { JobRecord } from "../core/index.ts";
import { stepsOf } from "../internal/steps.ts";
import type { Caller } from "./caller.ts";
import { refused } from "./refused.ts";
import { documentFor, visibleTo } from "./visible.ts";

/** Records read in one go: each may be two megabytes. */
const STEP = 50;
/** A page ends when it is this large, whatever its limit. */
const PAGE_BYTES = 16 * 1_024 * 1_024;
/** What is asked for by id is refused above this. */
const MOST_BYTES = 64 * 1_024 * 1_024;

interface Page {
  readonly jobs: readonly JobRecord[];
  readonly cursor?: string;
}

/** A page of documents, which ends early when it is large enough. */
export async function documentPage<Q extends { readonly limit?: number; readonly cursor?: string }>(
  caller: Caller,
  query: Q,
  list: (query: Q) => Promise<Page>,
): Promise<{ jobs: object[]; cursor?: string }> {
  const { limit = 50 } = query;
  const jobs: object[] = [];
  let bytes = 0;
  let cursor = query.cursor;
  for (;;) {
    const step = Math.min(STEP, limit - jobs.length);
    const page: Page = await list({ ...query, ...(cursor === undefined ? {} : { cursor }), limit: step });
    for (const job of page.jobs) {
      const document = documentFor(caller, job);
      jobs.push(document);
      bytes += sizeOf(document);
    }
    cursor = page.cursor;
    // A page that is not full was a look at many jobs that do not fit the query: another is for another request.
    const isOver = cursor === undefined || page.jobs.length < step || jobs.length >= limit || bytes >= PAGE_BYTES;
    if (isOver) return cursor === undefined ? { jobs } : { jobs, cursor };
  }
}

/**
 * The documents of some jobs, in the order of their ids; null for those that this caller cannot see.
 *
 * @throws RequestInvalidError when they are too large together
 */
export async function documentsOf(
  caller: Caller,
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<readonly (JobRecord | undefined)[]>,
): Promise<(object | null)[]> {
  const documents: (object | null)[] = [];
  let bytes = 0;
  for (const step of stepsOf(ids, STEP)) {
    for (const record of await read(step)) {
      const visible = visibleTo(caller, record);
      const document = visible === undefined ? null : documentFor(caller, visible);
      documents.push(document);
      bytes += document === null ? 0 : sizeOf(document);
    }
    if (bytes > MOST_BYTES && ids.length > 1) {
      throw refused(413, `these jobs are larger than ${MOST_BYTES} bytes together; read fewer at once`);
    }
  }
  return documents;
}

function sizeOf(document: object): number {
  return JSON.stringify(document).length;
}
