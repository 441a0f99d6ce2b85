import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Pool, PoolClosedError, type PoolHandle, type PoolOptions, type PoolState } from "../../src/pool/index.ts";
import { FakeClock } from "../../src/testing/index.ts";

/*
 * Random pools, random jobs, random interventions. What must hold of every one of them:
 * each accepted job ends once, with one callback and a settled promise, or is handed back with none; no more run at a
 * time than there are slots, or than a key has; no more begin in an interval than the rate allows; jobs of one priority
 * that need no time begin in the order of their pushes; when all is over, nothing is left anywhere.
 */

interface JobPlan {
  readonly failures: number;
  readonly takesMs: number;
  readonly priority: number;
  readonly key: number | undefined;
  readonly ignoresSignal: boolean;
}

type Step =
  | { readonly kind: "push"; readonly job: JobPlan }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "cancel"; readonly at: number }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "concurrency"; readonly to: number };

const jobs: fc.Arbitrary<JobPlan> = fc.record({
  failures: fc.integer({ min: 0, max: 4 }),
  takesMs: fc.constantFrom(0, 0, 3, 12, 60),
  priority: fc.constantFrom(0, 0, 0, 1, 9),
  key: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  ignoresSignal: fc.boolean(),
});

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: jobs.map((job) => ({ kind: "push", job }) as const) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }).map((ms) => ({ kind: "pass", ms }) as const) },
    { weight: 2, arbitrary: fc.nat({ max: 50 }).map((at) => ({ kind: "cancel", at }) as const) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: "pause" } as const, { kind: "resume" } as const) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map((to) => ({ kind: "concurrency", to }) as const) },
  ),
  { minLength: 1, maxLength: 60 },
);

const options: fc.Arbitrary<PoolOptions> = fc.record(
  {
    concurrency: fc.integer({ min: 1, max: 5 }),
    concurrencyPerKey: fc.integer({ min: 1, max: 2 }),
    maxQueued: fc.integer({ min: 0, max: 6 }),
    whenFull: fc.constantFrom<NonNullable<PoolOptions["whenFull"]>[]>("wait", "throw", { waitMs: 5 }),
    lingerMs: fc.constantFrom(0, 7),
    retries: fc.integer({ min: 0, max: 3 }),
    backoff: fc.constantFrom<NonNullable<PoolOptions["backoff"]>[]>("none", [1], [20], {
      baseMs: 2,
      maxMs: 9,
      jitter: true,
    }),
    timeout: fc.constantFrom(5, 30),
    hang: fc.constantFrom(0, 10),
    rateLimit: fc.constantFrom({ limit: 1, interval: 4 }, { limit: 3, interval: 25 }),
    maxAttemptsKept: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: [] },
);

const ENDED = new Set<PoolState>(["succeeded", "failed", "cancelled", "released", "refused"]);

class Trial {
  readonly clock = new FakeClock();
  readonly pool: Pool;
  readonly handles: {
    readonly handle: PoolHandle<number>;
    readonly callbacks: string[];
    readonly outcome: Promise<unknown>;
  }[] = [];
  readonly starts: number[] = [];
  readonly #given: PoolOptions;
  readonly #limit: { slots: number };
  readonly #keys = new Map<number, number>();
  #running = 0;

  constructor(given: PoolOptions) {
    this.#given = given;
    this.#limit = { slots: given.concurrency ?? 50 };
    this.pool = new Pool(given, { clock: this.clock, random: () => 0.5 });
    this.pool.on("error", ({ error, during }) => {
      if (during !== "push") throw error;
    });
  }

  async step(step: Step): Promise<void> {
    if (step.kind === "push") this.#push(step.job);
    else if (step.kind === "pass") await this.clock.advance(step.ms);
    else if (step.kind === "cancel") this.handles.at(step.at % Math.max(1, this.handles.length))?.handle.cancel();
    else if (step.kind === "pause") this.pool.pause();
    else if (step.kind === "resume") this.pool.resume();
    else {
      // What runs goes on when there are fewer slots.
      this.#limit.slots = Math.max(step.to, this.#running);
      this.pool.concurrency = step.to;
    }
    this.#checkCounts();
  }

  /** Every promise is settled as the state says, and callbacks were called as often as is right. */
  async checkEnds(handedBack: number): Promise<void> {
    let released = 0;
    for (const { handle, callbacks, outcome } of this.handles) {
      assert.ok(ENDED.has(handle.state), handle.state);
      const wants = { succeeded: ["success"], failed: ["fail"], cancelled: ["fail"] } as Record<string, string[]>;
      assert.deepEqual(callbacks, wants[handle.state] ?? []);
      const settled = await outcome;
      assert.equal(settled === "value", handle.state === "succeeded");
      const isHandedBack = settled instanceof PoolClosedError;
      if (isHandedBack) released += 1;
      assert.ok(isHandedBack ? handle.state === "refused" || handle.state === "released" : handle.state !== "released");
    }
    assert.equal(released, handedBack);
    const { limit = Infinity, interval = 0 } = this.#given.rateLimit ?? {};
    for (const [at, start] of this.starts.entries()) {
      const earlier = this.starts[at - limit];
      assert.ok(earlier === undefined || start - earlier >= Number(interval));
    }
  }

  #push(job: JobPlan): void {
    const callbacks: string[] = [];
    try {
      const handle = this.pool.push(
        {
          execute: ({ attempt, signal }) => this.#execute(job, attempt, signal),
          success: () => callbacks.push("success"),
          fail: () => callbacks.push("fail"),
        },
        { priority: job.priority, ...(job.key === undefined ? {} : { key: job.key }) },
      );
      const outcome = handle.result.then(
        () => "value",
        (error: unknown) => error,
      );
      this.handles.push({ handle, callbacks, outcome });
    } catch (error) {
      assert.equal((error as Error).name, "PoolFullError");
    }
  }

  async #execute(job: JobPlan, attempt: number, signal: AbortSignal): Promise<number> {
    this.#enter(job.key, 1);
    this.starts.push(this.clock.monotonic());
    try {
      if (job.takesMs > 0) {
        await new Promise<void>((resolve) => {
          const timer = this.clock.setTimer(job.takesMs, resolve);
          if (job.ignoresSignal) return;
          signal.addEventListener("abort", () => {
            timer.cancel();
            resolve();
          });
        });
      }
      if (attempt <= job.failures) throw new Error(`failure ${attempt}`);
      return attempt;
    } finally {
      this.#enter(job.key, -1);
    }
  }

  #enter(key: number | undefined, by: 1 | -1): void {
    this.#running += by;
    assert.ok(this.#running <= this.#limit.slots, `${this.#running} run at a time`);
    if (key === undefined) return;
    const ofKey = (this.#keys.get(key) ?? 0) + by;
    this.#keys.set(key, ofKey);
    assert.ok(ofKey <= (this.#given.concurrencyPerKey ?? 1), `${ofKey} of a key run at a time`);
  }

  #checkCounts(): void {
    const states = this.handles.map(({ handle }) => handle.state);
    const waiting = states.filter((state) => state === "queued" || state === "retrying").length;
    assert.equal(this.pool.size, waiting);
  }
}

/** Longer than ten retries with the default backoff take. */
const LONG_MS = 300_000;

/** What has to be settled by now: a property that waits for ever would tell nothing. */
function promptly<T>(promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setImmediate(() => reject(new Error("not settled yet")));
  });
  return Promise.race([promise, late]);
}

const runs = { numRuns: 500 };

test("close: every accepted job ends once, within all limits", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(options, steps, async (given, plan) => {
      const trial = new Trial(given);
      for (const step of plan) await trial.step(step);
      const closed = trial.pool.close();
      await trial.clock.advance(LONG_MS);
      assert.deepEqual(await promptly(closed), []);
      await trial.checkEnds(0);
      assert.deepEqual([trial.pool.size, trial.pool.running], [0, 0]);
    }),
    runs,
  );
});

test(
  "close with a timeout: what was not run is handed back, all of it, and nothing else",
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(options, steps, fc.integer({ min: 0, max: 80 }), async (given, plan, timeout) => {
        const trial = new Trial(given);
        for (const step of plan) await trial.step(step);
        const closed = trial.pool.close({ timeout });
        await trial.clock.advance(timeout);
        const left = await promptly(closed);
        await trial.checkEnds(left.length);
        await trial.clock.advance(LONG_MS);
        await trial.checkEnds(left.length);
        assert.deepEqual([trial.pool.size, trial.pool.running], [0, 0]);
      }),
      runs,
    );
  },
);

test("abort: every job is cancelled or ends as it would have, once", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(options, steps, async (given, plan) => {
      const controller = new AbortController();
      const trial = new Trial({ ...given, signal: controller.signal });
      for (const step of plan) await trial.step(step);
      controller.abort();
      await trial.clock.advance(LONG_MS);
      await promptly(trial.pool.close());
      await trial.checkEnds(0);
      assert.deepEqual([trial.pool.size, trial.pool.running], [0, 0]);
    }),
    runs,
  );
});

test("order: within a priority as pushed, higher ones first, whatever the concurrency", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      async (priorities, concurrency) => {
        const pool = new Pool({ concurrency });
        const begun: number[] = [];
        for (const [at, priority] of priorities.entries()) pool.push(() => void begun.push(at), { priority });
        await pool.onIdle();
        const expected = [...priorities.keys()].toSorted(
          (a, b) => (priorities[b] ?? 0) - (priorities[a] ?? 0) || a - b,
        );
        assert.deepEqual(begun, expected);
      },
    ),
  );
});
