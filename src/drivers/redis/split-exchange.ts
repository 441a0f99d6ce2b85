import type { ExchangeReply, ExchangeRequest } from "../../contracts/index.ts";

/** Jobs of one script call: about two milliseconds of a server that others wait for meanwhile. */
export const CALL_JOBS = 256;
/** As many jobs that succeed cost what one does that ends otherwise, or goes on. */
const OTHER_JOBS = 3;

type Queues = readonly { readonly name: string; readonly limit: number }[];

/** An exchange as parts of which each is a short script call: nearly always itself alone. */
export function splitExchange(request: ExchangeRequest): readonly ExchangeRequest[] {
  const { settle = [], extend = [], reserve, ...asker } = request;
  const wanted = (reserve?.queues ?? []).reduce((sum, { limit }) => sum + limit, 0);
  const settled = batches(settle, ({ to }) => (to === "succeeded" ? 1 : OTHER_JOBS));
  const extended = batches(extend, () => 1);
  if (Math.max(settled.length, extended.length) <= 1 && wanted <= CALL_JOBS) return [request];
  const reserved = shares(reserve?.queues ?? []);
  const parts: ExchangeRequest[] = [];
  for (let at = 0; at < Math.max(settled.length, extended.length); at += 1) {
    parts.push({ ...asker, settle: settled[at] ?? [], extend: extended[at] ?? [] });
  }
  // Everything is settled before anything is reserved, as it is in one call.
  const last = parts.pop() ?? asker;
  const [first = [], ...others] = reserved;
  const asking = [first, ...others].map((queues, at) => ({
    ...(at === 0 ? last : asker),
    ...(reserve !== undefined && { reserve: { ...reserve, queues } }),
  }));
  return [...parts, ...asking];
}

function batches<T>(items: readonly T[], weight: (item: T) => number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let room = 0;
  for (const item of items) {
    const cost = weight(item);
    if (room < cost) {
      parts.push([]);
      room = CALL_JOBS;
    }
    room -= cost;
    parts.at(-1)?.push(item);
  }
  return parts;
}

/** Queues in their order, in parts of so many jobs. */
function shares(queues: Queues): readonly Queues[] {
  const parts: { name: string; limit: number }[][] = [];
  let room = 0;
  for (const { name, limit } of queues) {
    for (let left = limit; left > 0;) {
      if (room === 0) {
        parts.push([]);
        room = CALL_JOBS;
      }
      const share = Math.min(left, room);
      parts.at(-1)?.push({ name, limit: share });
      left -= share;
      room -= share;
    }
  }
  return parts;
}

/** What the parts were answered, as the answer to the whole. */
export function joinReplies(replies: readonly ExchangeReply[]): ExchangeReply {
  const [only, ...others] = replies;
  if (only !== undefined && others.length === 0) return only;
  return {
    settled: replies.flatMap(({ settled }) => settled),
    extended: replies.flatMap(({ extended }) => extended),
    leases: replies.flatMap(({ leases }) => leases),
    parked: replies.flatMap(({ parked }) => parked),
  };
}
