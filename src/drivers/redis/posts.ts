import type { EnqueueOutcome, NewJob } from "../../contracts/index.ts";
import { partitionOf } from "../../core/partition-of.ts";
import type { Shared } from "./packed-exchange.ts";
import type { Partition } from "./partition.ts";

/** How long who takes over a post has for delivering it. */
const CLAIM_MS = 5_000;

/** Jobs by the partition that they belong to. */
export function shareOut(jobs: readonly NewJob[], own: number, partitions: number): Shared {
  if (partitions === 1) return { own: jobs, foreign: [] };
  const shares = Map.groupBy(jobs, ({ id }) => partitionOf(id, partitions));
  const foreign = [...shares].filter(([partition]) => partition !== own);
  return { own: shares.get(own) ?? [], foreign: foreign.map(([partition, jobs]) => ({ partition, jobs })) };
}

/** Accepts jobs of several partitions, all or none: in the step that accepts the first one's, the others are posted. */
export async function enqueueShared(
  jobs: readonly NewJob[],
  home: Partition,
  shared: Shared,
  partitions: readonly Partition[],
): Promise<readonly EnqueueOutcome[]> {
  const { outcomes, posts } = await home.enqueueAndPost(shared);
  const delivered = await Promise.all(
    shared.foreign.map(async ({ partition, jobs }) => partitions[partition]?.enqueue("enqueue", jobs) ?? []),
  );
  await home.run("delivered", posts.map(String));
  const of = new Map<NewJob, EnqueueOutcome>();
  for (const [at, job] of shared.own.entries()) of.set(job, outcomes[at] ?? "exists");
  for (const [group, { jobs }] of shared.foreign.entries()) {
    for (const [at, job] of jobs.entries()) of.set(job, delivered[group]?.[at] ?? "exists");
  }
  return jobs.map((job) => of.get(job) ?? "exists");
}

/** Delivers posts of a partition: those of the numbers given, or, without, those that who made them has left there. */
export async function deliver(
  from: Partition,
  partitions: readonly Partition[],
  numbers: readonly number[] = [],
): Promise<void> {
  const claim = [String(CLAIM_MS), ...numbers.map(String)];
  const claimed = await from.run<readonly (string | number)[]>("claim", claim);
  const delivered: string[] = [];
  for (let at = 0; at < claimed.length; at += 2) {
    const post = String(claimed[at + 1]);
    const end = post.indexOf("\n");
    const partition = partitions[Number.parseInt(post, 10)];
    if (partition !== undefined) await partition.run("enqueue", JSON.parse(post.slice(end + 1)) as string[]);
    delivered.push(String(claimed[at]));
  }
  if (delivered.length > 0) await from.run("delivered", delivered);
}
