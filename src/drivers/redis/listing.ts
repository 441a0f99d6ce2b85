import type { ListPage, ListQuery, StoredJob } from "../../contracts/index.ts";
import { noCursor } from "../../internal/list-cursor.ts";
import { readIndexElement } from "./index-element.ts";
import type { Partition } from "./partition.ts";

/** Jobs that one look reads at the most, as many as are read in one go. */
const WINDOW = 250;

/** Where a listing goes on: in the index, before a job of an element; in a set that is ordered by acceptance, below a place. */
type Place =
  | { readonly kind: "index"; readonly element: number | undefined; readonly before: number }
  | { readonly kind: "survivors" | "dead"; readonly below: string };

interface Found {
  readonly id: string;
  /** Identifies the call that accepted it, where it is known: an id may have been used before. */
  readonly base?: number;
  readonly next: Place;
}

/** Lists jobs newest first, a bounded look at a time. */
export function list(partitions: readonly Partition[], query: ListQuery): Promise<ListPage> {
  const [only, ...others] = partitions;
  if (only !== undefined && others.length === 0) return listOne(only, query);
  return listAll(partitions, query);
}

async function listOne(partition: Partition, query: ListQuery): Promise<ListPage> {
  const jobs: StoredJob[] = [];
  let cursor: string | undefined;
  for (const { job, next } of await listEach(partition, query)) {
    cursor = next;
    if (job !== undefined) jobs.push(job);
  }
  return cursor === undefined ? { jobs } : { jobs, cursor };
}

/** Up to `limit` jobs of one partition. */
async function listEach(partition: Partition, query: ListQuery): Promise<readonly Entry[]> {
  const start = query.cursor === undefined ? firstPlace(query) : readCursor(query.cursor);
  const { found, rest } = await look(partition, start);
  const listed: Entry[] = [];
  const { jobs, bases } = await partition.records.loadListed(found.map(({ id }) => id));
  for (const [at, { base, next }] of found.entries()) {
    const job = jobs[at];
    if (job === undefined || (base !== undefined && base !== bases[at]) || !matches(job, query)) continue;
    const isLast = at === found.length - 1 && rest === undefined;
    listed.push({ job, next: isLast ? undefined : cursorOf(next) });
    if (listed.length === query.limit) return listed;
  }
  return rest === undefined ? listed : [...listed, { next: cursorOf(rest) }];
}

/**
 * The newest of all partitions, as far as their clocks agree. A partition whose look ended before its jobs did holds up the
 * others there, so that none of its jobs is passed over.
 */
async function listAll(partitions: readonly Partition[], query: ListQuery): Promise<ListPage> {
  const { cursor: given, ...wanted } = query;
  const cursors = given === undefined ? partitions.map(() => "") : readCursors(given, partitions.length);
  const pages = await Promise.all(
    partitions.map(async (partition, at) => {
      const cursor = cursors[at];
      if (cursor === null) return [];
      return listEach(partition, { ...wanted, ...(cursor === "" ? {} : { cursor }) });
    }),
  );
  const taken = pages.map(() => 0);
  const jobs: StoredJob[] = [];
  while (jobs.length < query.limit) {
    let newest: number | undefined;
    for (const [at, page] of pages.entries()) {
      const entry = page[taken[at] ?? 0];
      if (entry === undefined) continue;
      const best = newest === undefined ? undefined : pages[newest]?.[taken[newest] ?? 0];
      if (entry.job === undefined || best === undefined || (best.job?.createdAt ?? Infinity) < entry.job.createdAt) {
        newest = at;
      }
    }
    const entry = newest === undefined ? undefined : pages[newest]?.[taken[newest] ?? 0];
    if (newest === undefined || entry?.job === undefined) break;
    jobs.push(entry.job);
    cursors[newest] = entry.next ?? null;
    taken[newest] = (taken[newest] ?? 0) + 1;
  }
  for (const [at, page] of pages.entries()) {
    const entry = page[taken[at] ?? 0];
    if (page.length === 0) cursors[at] = null;
    // A look that found nothing goes on from where it ended.
    else if (entry !== undefined && entry.job === undefined) cursors[at] = entry.next ?? null;
  }
  const rest = cursors.some((cursor) => cursor !== null);
  return rest ? { jobs, cursor: Buffer.from(JSON.stringify(cursors)).toString("base64url") } : { jobs };
}

/** What a look found, each with where it goes on behind it; without a job, where a look ended that did not see all. */
interface Entry {
  readonly job?: StoredJob;
  readonly next: string | undefined;
}

function readCursors(cursor: string, length: number): (string | null)[] {
  try {
    const cursors: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const fits = Array.isArray(cursors) && cursors.length === length;
    if (fits && cursors.every((each) => each === null || typeof each === "string")) return cursors as (string | null)[];
  } catch {
    // Told below.
  }
  throw noCursor(cursor);
}

function matches(job: StoredJob, { queue, state, task }: ListQuery): boolean {
  return (
    (queue === undefined || job.queue === queue) &&
    (state === undefined || job.state === state) &&
    (task === undefined || job.task === task)
  );
}

function firstPlace({ state }: ListQuery): Place {
  if (state === "failed") return { kind: "dead", below: "+inf" };
  return { kind: "index", element: undefined, before: Infinity };
}

async function look(
  partition: Partition,
  place: Place,
): Promise<{ readonly found: readonly Found[]; readonly rest: Place | undefined }> {
  return place.kind === "index" ? lookAtIndex(partition, place) : lookAtSet(partition, place);
}

async function lookAtSet(
  partition: Partition,
  { kind, below }: Extract<Place, { kind: "survivors" | "dead" }>,
): Promise<{ readonly found: readonly Found[]; readonly rest: Place | undefined }> {
  const raw = await partition.run<readonly string[]>("ranked", [kind, below, String(WINDOW)]);
  const found: Found[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    found.push({ id: raw[at] ?? "", next: { kind, below: raw[at + 1] ?? "" } });
  }
  return { found, rest: found.length < WINDOW ? undefined : found.at(-1)?.next };
}

async function lookAtIndex(
  partition: Partition,
  { element, before }: Extract<Place, { kind: "index" }>,
): Promise<{ readonly found: readonly Found[]; readonly rest: Place | undefined }> {
  const upTo = element === undefined ? "" : String(element + 1);
  const [trimmed, from, elements] = await partition.run<readonly [number, number, readonly string[]]>("page", [
    upTo,
    String(WINDOW),
  ]);
  const found: Found[] = [];
  let rest: Place | undefined =
    from > trimmed ? { kind: "index", element: from - 1, before: Infinity } : { kind: "survivors", below: "+inf" };
  for (let at = elements.length - 1; at >= 0; at -= 1) {
    const number = from + at;
    if (found.length >= WINDOW) {
      rest = { kind: "index", element: number, before: Infinity };
      break;
    }
    const { base, ids } = readIndexElement(elements[at] ?? "");
    const end = number === element ? Math.min(before, ids.length) : ids.length;
    for (let index = end - 1; index >= 0; index -= 1) {
      const next: Place =
        index > 0
          ? { kind: "index", element: number, before: index }
          : number > trimmed
            ? { kind: "index", element: number - 1, before: Infinity }
            : { kind: "survivors", below: "+inf" };
      found.push({ id: ids[index] ?? "", base, next });
    }
  }
  return { found, rest };
}

const KINDS = { index: "i", survivors: "s", dead: "d" } as const;

function cursorOf(place: Place): string {
  if (place.kind !== "index") return `${KINDS[place.kind]}${place.below}`;
  return `i${place.element ?? ""}.${place.before === Infinity ? "" : place.before}`;
}

function readCursor(cursor: string): Place {
  const index = /^i(\d{1,15})\.(\d{0,6})$/.exec(cursor);
  if (index !== null) {
    const [, element, before] = index;
    return { kind: "index", element: Number(element), before: before === "" ? Infinity : Number(before) };
  }
  const below = /^[sd](\+inf|\d{1,16})$/.exec(cursor)?.[1];
  if (below !== undefined) return { kind: cursor.startsWith("s") ? "survivors" : "dead", below };
  throw noCursor(cursor);
}
