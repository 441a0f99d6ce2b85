import type { JobRecord, QueueInfo, WorkerInfo } from "../index.ts";
import { lengthOf, relative } from "./times.ts";

/** A worker that is alive, as far as this needs it. */
export type LiveWorker = Pick<WorkerInfo, "name" | "queues" | "tasks">;

/** What is known around a job. */
export interface Circumstances {
  readonly job: JobRecord;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Jobs of its queue by state. */
  readonly counts: QueueInfo["counts"];
  /** Whether its queue is held back. */
  readonly paused: boolean;
  /** Jobs of its queue that are to be started before it; `more` where counting them was given up. */
  readonly ahead: { readonly count: number; readonly more: boolean } | undefined;
  /** Workers that are alive; undefined where the store does not tell. */
  readonly workers: readonly LiveWorker[] | undefined;
}

/** One reason, for people; `reason` is for programs. */
export interface Reason {
  readonly reason: string;
  readonly text: string;
  readonly advice?: string;
}

/** Overdue by less than this is the store's own pace. */
const OVERDUE_MS = 5_000;

/** Why a job is not running, or what it is doing, the most telling reason first. */
export function explanation(circumstances: Circumstances): Reason[] {
  const { job } = circumstances;
  switch (job.state) {
    case "queued":
      return queued(circumstances);
    case "scheduled":
    case "retrying":
      return waiting(circumstances);
    case "running":
      return running(circumstances);
    case "blocked":
      return [{ reason: "blocked", text: "it waits for other jobs of its workflow" }];
    default:
      return [ended(circumstances)];
  }
}

function queued(circumstances: Circumstances): Reason[] {
  const { job, counts, paused, ahead } = circumstances;
  const reasons: Reason[] = [];
  if (paused) {
    reasons.push({
      reason: "paused",
      text: `queue "${job.queue}" is paused, for every worker`,
      advice: `millrace queues resume ${job.queue}`,
    });
  }
  const nobody = nobodyToRunIt(circumstances);
  if (nobody !== undefined) reasons.push(nobody);
  if (ahead !== undefined && ahead.count > 0) {
    const others =
      ahead.count === 1 ? "1 other" : `${ahead.count.toLocaleString("en")}${ahead.more ? " or more" : ""} others`;
    reasons.push({ reason: "behind", text: `it is behind ${others} in queue "${job.queue}"` });
  }
  const active = counts.running ?? 0;
  // A free slot is nothing to wait for where nobody takes the job.
  if (active > 0 && !paused && nobody === undefined) {
    const jobs = active === 1 ? "1 job of its queue runs" : `${active.toLocaleString("en")} jobs of its queue run`;
    reasons.push({ reason: "busy", text: `${jobs} now; it starts when a slot is free` });
  }
  if (circumstances.workers === undefined && !paused) {
    reasons.push({
      reason: "workers-unknown",
      text:
        active > 0
          ? "this store does not tell which workers are alive, nor which tasks they know"
          : `no job of queue "${job.queue}" runs now: no worker serves it, or none knows task "${job.task}"; this store does not tell which workers are alive`,
      advice: `a worker that serves it, and warns of tasks that it does not know: millrace worker <tasks-file> --queue ${job.queue}`,
    });
  }
  if (reasons.length === 0) reasons.push({ reason: "next", text: "nothing holds it back: a worker takes it next" });
  return [...reasons, ...remarks(circumstances)];
}

function nobodyToRunIt({ job, workers }: Circumstances): Reason | undefined {
  if (workers === undefined) return undefined;
  const serving = workers.filter(({ queues }) => queues[job.queue] !== undefined);
  if (serving.length === 0) {
    const alive = workers.length === 1 ? "1 is" : `${workers.length} are`;
    return {
      reason: "queue-unserved",
      text: `no worker serves queue "${job.queue}"; ${alive} alive`,
      advice: `millrace worker <tasks-file> --queue ${job.queue}`,
    };
  }
  if (serving.some(({ tasks }) => tasks.includes(job.task))) return undefined;
  return {
    reason: "task-unknown",
    text: `no worker of queue "${job.queue}" knows task "${job.task}": ${serving.map(({ name }) => name).join(", ")} ${serving.length === 1 ? "does" : "do"} not`,
    advice: "start a worker that has it, or see whether the name is misspelt where it is sent",
  };
}

function waiting(circumstances: Circumstances): Reason[] {
  const { job, now, paused } = circumstances;
  const due = job.runAt ?? now;
  const what = job.state === "retrying" ? `its next attempt, after attempt ${job.attempt} failed` : "its time";
  const why = job.state === "retrying" && job.error !== undefined ? ` (${job.error.name}: ${job.error.message})` : "";
  const reasons: Reason[] =
    now - due < OVERDUE_MS
      ? [
          {
            reason: job.state,
            text: `it waits for ${what}${why}: ${relative(due, now)}, ${new Date(due).toISOString()}`,
          },
        ]
      : [
          {
            reason: "overdue",
            text: `it waited for ${what}${why}, which came ${lengthOf(now - due)} ago: no worker has looked since`,
            advice: "millrace doctor shows what else is stuck",
          },
        ];
  if (paused) reasons.push({ reason: "paused", text: `queue "${job.queue}" is paused, for every worker` });
  const nobody = nobodyToRunIt(circumstances);
  return [...reasons, ...(nobody === undefined ? [] : [nobody]), ...remarks(circumstances)];
}

function running(circumstances: Circumstances): Reason[] {
  const { job, now, workers } = circumstances;
  const since = job.startedAt === undefined ? "" : `, for ${lengthOf(now - job.startedAt)}`;
  const worker = job.worker ?? "a worker of unknown name";
  const reasons: Reason[] = [{ reason: "running", text: `it runs on ${worker}${since}, attempt ${job.attempt}` }];
  if (workers !== undefined && !workers.some(({ name }) => name === job.worker)) {
    reasons.push({
      reason: "worker-gone",
      text: `${worker} gives no sign of life: another worker takes the job over when its lease ends`,
    });
  }
  return [...reasons, ...remarks(circumstances)];
}

function remarks({ job, now }: Circumstances): Reason[] {
  const found: Reason[] = [];
  if (job.cancelRequested) {
    found.push({ reason: "cancel-requested", text: "somebody asked to cancel it; its task has been told" });
  }
  if (job.crashes > 0) {
    const times = job.crashes === 1 ? "once" : `${job.crashes} times`;
    found.push({ reason: "crashed", text: `its worker died, or lost its lease, ${times}` });
  }
  if (job.expireAt !== undefined && job.state !== "running") {
    found.push({ reason: "expires", text: `if it is not started by then, it expires ${relative(job.expireAt, now)}` });
  }
  return found;
}

function ended({ job, now }: Circumstances): Reason {
  const when = job.finishedAt === undefined ? "" : ` ${relative(job.finishedAt, now)}`;
  const why = job.error === undefined ? "" : `: ${job.error.name}: ${job.error.message}`;
  const text = `it has ended: ${job.state}${when}${why}`;
  switch (job.state) {
    case "failed":
      return { reason: "failed", text, advice: `millrace dead replay ${job.id} runs it again` };
    case "succeeded":
      return { reason: "succeeded", text, advice: `millrace result ${job.id}` };
    default:
      return { reason: job.state, text };
  }
}
