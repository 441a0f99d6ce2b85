import type {
  ExchangeReply,
  ExchangeRequest,
  Lease,
  Reservation,
  SettleOutcome,
  ExtendOutcome,
} from "../../contracts/index.ts";
import { partitionOf } from "../../core/partition-of.ts";
import type { Exchanged, Partition } from "./partition.ts";

/** One partition's part of an exchange. */
interface Part {
  readonly settle: number[];
  readonly extend: number[];
}

type Queues = Reservation["queues"];

/**
 * Has one exchange with many partitions: settles and extends where the jobs are, and reserves from all in turn, each its
 * share first. `turn` moves on with each call, so that none is always the last.
 */
export async function exchangeAll(
  partitions: readonly Partition[],
  request: ExchangeRequest,
  turn: number,
  after: (partition: Partition, exchanged: Exchanged) => Promise<void>,
): Promise<ExchangeReply> {
  const { worker, leaseMs, settle = [], extend = [], reserve } = request;
  const parts: Part[] = partitions.map(() => ({ settle: [], extend: [] }));
  for (const [at, { id }] of settle.entries()) parts[partitionOf(id, partitions.length)]?.settle.push(at);
  for (const [at, { id }] of extend.entries()) parts[partitionOf(id, partitions.length)]?.extend.push(at);
  const settled: SettleOutcome[] = settle.map(() => "stale");
  const extended: ExtendOutcome[] = extend.map(() => "lost");
  const leases: Lease[] = [];
  const parked = new Map<string, ExchangeReply["parked"][number]>();
  const missing = new Map((reserve?.queues ?? []).map(({ name, limit }) => [name, limit]));
  const empty = new Set<Partition>();
  const done: (() => void)[] = [];

  const ask = async (partition: Partition, part: Part, queues: Queues): Promise<void> => {
    if (part.settle.length + part.extend.length + queues.length === 0) return;
    const own: ExchangeRequest = {
      worker,
      leaseMs,
      settle: part.settle.flatMap((at) => settle[at] ?? []),
      extend: part.extend.flatMap((at) => extend[at] ?? []),
      ...(reserve !== undefined && queues.length > 0 && { reserve: { ...reserve, queues } }),
    };
    const exchanged = await partition.exchange(own);
    const { reply } = exchanged;
    done.push(() => partition.disown(own, reply));
    for (const [at, position] of part.settle.entries()) settled[position] = reply.settled[at] ?? "stale";
    for (const [at, position] of part.extend.entries()) extended[position] = reply.extended[at] ?? "lost";
    leases.push(...reply.leases);
    for (const { queue } of reply.leases) missing.set(queue, (missing.get(queue) ?? 0) - 1);
    for (const { queue, task, count } of reply.parked) {
      const key = `${queue} ${task}`;
      parked.set(key, { queue, task, count: count + (parked.get(key)?.count ?? 0) });
    }
    const asked = queues.reduce((sum, { limit }) => sum + limit, 0);
    if (queues.length > 0 && reply.leases.length < asked) empty.add(partition);
    await after(partition, exchanged);
  };

  const order = partitions.map((_, at) => (at + turn) % partitions.length);
  const asked = await Promise.allSettled(
    order.map(async (number, place) => {
      const partition = partitions[number];
      const part = parts[number];
      if (partition === undefined || part === undefined) return;
      await ask(partition, part, share(reserve?.queues ?? [], place, partitions.length));
    }),
  );
  const failed = asked.find((each) => each.status === "rejected");
  if (failed !== undefined) {
    for (const disown of done) disown();
    throw failed.reason;
  }
  // What some had not, others may have more of.
  for (const number of order) {
    const partition = partitions[number];
    const queues = [...missing].flatMap(([name, limit]) => (limit > 0 ? [{ name, limit }] : []));
    if (queues.length === 0) break;
    if (partition === undefined || empty.has(partition)) continue;
    const names = queues.map(({ name }) => name);
    try {
      if (await partition.isReady(names, reserve?.tasks ?? []))
        await ask(partition, { settle: [], extend: [] }, queues);
    } catch {
      // What the others gave is an answer too.
      break;
    }
  }
  return { settled, extended, leases: inOrder(leases, reserve), parked: [...parked.values()] };
}

/** The share of what is wanted that the partition at `place` is asked for first. */
function share(queues: Queues, place: number, of: number): Queues {
  return queues.flatMap(({ name, limit }) => {
    const part = Math.floor(limit / of) + (place < limit % of ? 1 : 0);
    return part === 0 ? [] : [{ name, limit: part }];
  });
}

/** By queue, then priority, then acceptance, as far as clocks tell. */
function inOrder(leases: readonly Lease[], reserve: Reservation | undefined): readonly Lease[] {
  const places = new Map((reserve?.queues ?? []).map(({ name }, at) => [name, at]));
  return leases.toSorted(
    (a, b) =>
      (places.get(a.queue) ?? 0) - (places.get(b.queue) ?? 0) || b.priority - a.priority || a.createdAt - b.createdAt,
  );
}
