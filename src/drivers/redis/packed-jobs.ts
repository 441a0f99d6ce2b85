import type { NewJob } from "../../contracts/index.ts";
import { IndexElement } from "./index-element.ts";

/** Ids and bodies apart from what consecutive jobs share, as accept.lua takes them. */
export function packJobs(jobs: readonly NewJob[], indexed: boolean): string[] {
  const groups: string[] = [];
  const own: string[] = [];
  const index = new IndexElement();
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
    index.add(job.id);
    own.push(job.id, `${at + 1}\n${job.body}`);
  }
  close();
  const head = [indexed ? index.text : "", index.ascends ? "1" : "0", String(groups.length / 7), ...groups];
  return head.concat(own);
}

/** One job as enqueue-one.lua takes it; `undefined` where it does not: one that is due later, may expire, or had leases. */
export function packOneJob(job: NewJob, indexed: boolean): string[] | undefined {
  const { id, queue, priority, body, delayMs, runAt, expireAfterMs, expireAt, lease = 0 } = job;
  if (lease > 0 || (delayMs ?? runAt ?? expireAfterMs ?? expireAt) !== undefined) return undefined;
  return [id, queue, String(priority), opening(job, "-"), body, indexed ? new IndexElement().add(id).text : ""];
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
