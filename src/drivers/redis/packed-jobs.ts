import type { NewJob } from "../../contracts/index.ts";

/** Ids and bodies apart from what consecutive jobs share, as accept.lua takes them. */
export function packJobs(jobs: readonly NewJob[], indexed: boolean): string[] {
  const groups: string[] = [];
  const own: string[] = [];
  let first: NewJob | undefined;
  let count = 0;
  const close = (): void => {
    if (first !== undefined) groups.push(String(count), ...groupOf(first));
  };
  for (let at = 0; at < jobs.length; at += 1) {
    const job = jobs[at] as NewJob;
    if (first === undefined || !sharesAll(first, job)) {
      close();
      first = job;
      count = 0;
    }
    count += 1;
    own.push(job.id, `${at + 1}\n${job.body}`);
  }
  close();
  return [indexed ? indexElement(jobs) : "", String(groups.length / 7), ...groups, ...own];
}

/** One job as enqueue-one.lua takes it; `undefined` where it does not: one that is due later, may expire, or had leases. */
export function packOneJob(job: NewJob, indexed: boolean): string[] | undefined {
  const { id, queue, priority, body, delayMs, runAt, expireAfterMs, expireAt, lease = 0 } = job;
  if (lease > 0 || (delayMs ?? runAt ?? expireAfterMs ?? expireAt) !== undefined) return undefined;
  return [id, queue, String(priority), opening(job, "-"), body, indexed ? indexElement([job]) : ""];
}

/** What a record begins with. */
function opening({ task, queue, priority }: NewJob, tags: string): string {
  return `${task} ${queue} ${priority} ${tags} `;
}

function groupOf(job: NewJob): string[] {
  const { queue, priority, delayMs, runAt, expireAfterMs, expireAt, lease } = job;
  const tags = [
    ...(delayMs === undefined ? [] : [`d${delayMs}`]),
    ...(runAt === undefined ? [] : [`r${runAt}`]),
    ...(expireAfterMs === undefined ? [] : [`E${expireAfterMs}`]),
    ...(expireAt === undefined ? [] : [`e${expireAt}`]),
    ...(lease === undefined || lease === 0 ? [] : [`l${lease}`]),
  ];
  return [
    queue,
    String(priority),
    opening(job, tags.length === 0 ? "-" : tags.join(",")),
    moment(delayMs, runAt),
    moment(expireAfterMs, expireAt),
    String(lease ?? 0),
  ];
}

function moment(afterMs: number | undefined, at: number | undefined): string {
  if (afterMs !== undefined) return `+${afterMs}`;
  return at === undefined ? "" : String(at);
}

function sharesAll(a: NewJob, b: NewJob): boolean {
  return (
    a.task === b.task &&
    a.queue === b.queue &&
    a.priority === b.priority &&
    a.delayMs === b.delayMs &&
    a.runAt === b.runAt &&
    a.expireAt === b.expireAt &&
    a.expireAfterMs === b.expireAfterMs &&
    a.lease === b.lease
  );
}

const FIRST_LENGTH = 33;
const LONGEST_SHARED = 90;

/** Ids for the index: each with only what it does not share with the one before, as those of one batch mostly do. */
function indexElement(jobs: readonly NewJob[]): string {
  let element = "";
  let last = "";
  for (let at = 0; at < jobs.length; at += 1) {
    const { id } = jobs[at] as NewJob;
    let shared = 0;
    while (shared < LONGEST_SHARED && shared < last.length && id.charCodeAt(shared) === last.charCodeAt(shared)) {
      shared += 1;
    }
    element += `\n${String.fromCharCode(FIRST_LENGTH + shared)}${id.slice(shared)}`;
    last = id;
  }
  return element;
}

/** An element of the index, taken apart again. */
export function readIndexElement(element: string): { readonly base: number; readonly ids: readonly string[] } {
  const [base = "0", ...lines] = element.split("\n");
  let last = "";
  const ids = lines.map((line) => {
    last = last.slice(0, line.charCodeAt(0) - FIRST_LENGTH) + line.slice(1);
    return last;
  });
  return { base: Number(base), ids };
}
