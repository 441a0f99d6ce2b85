import type { done as FastqDone } from "fastq";
import type { PoolHandle } from "../../src/pool/index.ts";

/*
 * Each system is loaded by its own run, so that none carries the memory of the others.
 */

/** Moments of a run. */
export interface Marks {
  /** What came before was preparation, and is not measured. */
  readonly begin: () => void;
  /** All tasks wait. */
  readonly pushed: () => void;
}

/** Runs `count` tasks that do nothing, so many at a time. */
export type System = (count: number, concurrency: number, marks: Marks) => Promise<void>;

const noop = async (): Promise<void> => {};

/** Collects a promise for each task, as one who wants the values does. */
async function all(count: number, push: () => Promise<unknown>, pushed: () => void): Promise<void> {
  const promises: Promise<unknown>[] = [];
  for (let at = 0; at < count; at += 1) promises.push(push());
  pushed();
  await Promise.all(promises);
}

/** Counts callbacks, as one who wants no promises does. */
function counted(count: number, push: (done: () => void) => void, pushed: () => void): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const done = (): void => {
      left -= 1;
      if (left === 0) resolve();
    };
    for (let at = 0; at < count; at += 1) push(done);
    pushed();
  });
}

export const SYSTEMS: Readonly<Record<string, System>> = {
  "Millrace, a handle each": async (count, concurrency, { pushed }) => {
    const { Pool } = await import("../../src/pool/index.ts");
    const pool = new Pool({ concurrency });
    const handles: PoolHandle[] = [];
    for (let at = 0; at < count; at += 1) handles.push(pool.push(noop));
    pushed();
    await pool.onIdle();
    if (handles.some(({ state }) => state !== "succeeded")) throw new Error("a job did not succeed");
  },

  "Millrace, a promise each": async (count, concurrency, { pushed }) => {
    const { Pool } = await import("../../src/pool/index.ts");
    const pool = new Pool({ concurrency });
    await all(count, () => pool.run(noop), pushed);
  },

  "Millrace, task objects": async (count, concurrency, { pushed }) => {
    const { Pool } = await import("../../src/pool/index.ts");
    const pool = new Pool({ concurrency });
    for (let at = 0; at < count; at += 1) pool.push({ execute: noop });
    pushed();
    await pool.onIdle();
  },

  "Millrace, task objects with a callback": async (count, concurrency, { pushed }) => {
    const { Pool } = await import("../../src/pool/index.ts");
    const pool = new Pool({ concurrency });
    await counted(count, (success) => pool.push({ execute: noop, success }), pushed);
  },

  "Millrace, one stream": async (count, concurrency, { pushed }) => {
    const { Pool } = await import("../../src/pool/index.ts");
    const pool = new Pool({ concurrency });
    let left = count;
    pushed();
    for await (const { state } of pool.pushAll(repeated(noop, count))) left -= state === "succeeded" ? 1 : 0;
    if (left > 0) throw new Error("a job did not succeed");
  },

  "Millrace, alone": (count, concurrency, marks) => besideWaiting(count, concurrency, 0, marks),

  "Millrace, beside a million that wait": (count, concurrency, marks) =>
    besideWaiting(count, concurrency, 1_000_000, marks),

  "Millrace, retries alone": (count, concurrency, marks) => besideBackoff(count, concurrency, 0, marks),

  "Millrace, retries beside 300,000 in backoff": (count, concurrency, marks) =>
    besideBackoff(count, concurrency, 300_000, marks),

  "fastq.promise": async (count, concurrency, { pushed }) => {
    const { default: fastq } = await import("fastq");
    const queue = fastq.promise(noop, concurrency);
    await all(count, () => queue.push(undefined), pushed);
  },

  "fastq, callbacks": async (count, concurrency, { pushed }) => {
    const { default: fastq } = await import("fastq");
    const queue = fastq((_task: undefined, report: FastqDone) => {
      void noop().then(() => report(null), report);
    }, concurrency);
    await counted(count, (done) => queue.push(undefined, done), pushed);
  },

  "p-limit": async (count, concurrency, { pushed }) => {
    const { default: pLimit } = await import("p-limit");
    const limit = pLimit(concurrency);
    await all(count, () => limit(noop), pushed);
  },

  "p-queue": async (count, concurrency, { pushed }) => {
    const { default: PQueue } = await import("p-queue");
    const queue = new PQueue({ concurrency });
    await all(count, () => queue.add(noop), pushed);
  },

  "async.queue": async (count, concurrency, { pushed }) => {
    const { default: async } = await import("async");
    const queue = async.queue<undefined>((_task, report) => {
      void noop().then(() => report(), report);
    }, concurrency);
    await counted(count, (done) => queue.push(undefined, done), pushed);
  },

  "piscina, threads": async (count, concurrency, { pushed }) => {
    const { Piscina } = await import("piscina");
    const piscina = new Piscina({
      filename: new URL("piscina-task.ts", import.meta.url).href,
      maxQueue: count,
      concurrentTasksPerWorker: concurrency,
    });
    await all(count, () => piscina.run(undefined, { name: "noop" }), pushed);
    await piscina.close();
  },

  "bare loops": async (count, concurrency, { pushed }) => {
    let left = count;
    const loop = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await noop();
      }
    };
    pushed();
    await Promise.all(Array.from({ length: concurrency }, loop));
  },
};

/** Tasks that come before others that wait, so that each is pushed and taken past them. */
async function besideWaiting(count: number, concurrency: number, waiting: number, marks: Marks): Promise<void> {
  const { Pool } = await import("../../src/pool/index.ts");
  const pool = new Pool({ concurrency });
  pool.pause();
  for (let at = 0; at < waiting; at += 1) pool.push(noop);
  marks.begin();
  const options = { priority: 1 };
  await counted(
    count,
    (success) => pool.push({ execute: noop, success }, options),
    () => {
      marks.pushed();
      pool.resume();
    },
  );
}

/** Tasks that fail once and are tried again a millisecond later, beside others that wait an hour for that. */
async function besideBackoff(count: number, concurrency: number, waiting: number, marks: Marks): Promise<void> {
  const { Pool } = await import("../../src/pool/index.ts");
  const pool = new Pool({ concurrency });
  const fail = (): never => {
    throw once;
  };
  for (let at = 0; at < waiting; at += 1) pool.push(fail, { backoff: ["1h"] });
  while (pool.running > 0 || pool.size < waiting) await new Promise((resolve) => setTimeout(resolve, 10));
  const execute = ({ attempt }: { readonly attempt: number }): Promise<void> => (attempt === 1 ? fail() : noop());
  marks.begin();
  await counted(count, (success) => pool.push({ execute, success }, { backoff: [1] }), marks.pushed);
}

const once = new Error("once");

function* repeated<T>(item: T, count: number): Generator<T> {
  for (let at = 0; at < count; at += 1) yield item;
}
