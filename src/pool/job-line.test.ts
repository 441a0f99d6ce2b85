import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { JobLine } from "./job-line.ts";
import { PoolJob } from "./pool-job.ts";
import type { JobPlan } from "./push-options.ts";

function jobOf(priority: number): PoolJob {
  const job = new PoolJob(() => 1, { priority } as JobPlan, 0);
  job.state = "queued";
  return job;
}

/** What the line should be: the next job is the last of the highest priority, or the oldest of it. */
class Model {
  readonly #levels: PoolJob[][] = Array.from({ length: 10 }, () => []);

  get jobs(): PoolJob[] {
    return this.#levels.toReversed().flatMap((level) => level.filter(({ hasEnded }) => !hasEnded));
  }

  push(job: PoolJob): void {
    this.#levels[job.plan.priority]?.push(job);
  }

  unshift(job: PoolJob): void {
    this.#levels[job.plan.priority]?.unshift(job);
  }

  take(): PoolJob | undefined {
    const [job] = this.jobs;
    if (job !== undefined)
      this.#levels[job.plan.priority] = this.#levels[job.plan.priority]!.filter((each) => each !== job);
    return job;
  }
}

test("keeps the order of priorities and of pushes, whoever ends while it waits", () => {
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom("push", "push", "push", "unshift", "take", "end", "append"),
      priority: fc.constantFrom(0, 0, 3, 9),
      at: fc.nat({ max: 30 }),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(steps, (plan) => {
      const line = new JobLine();
      const model = new Model();
      for (const { kind, priority, at } of plan) {
        const job = jobOf(priority);
        if (kind === "push") {
          line.push(job);
          model.push(job);
        } else if (kind === "unshift") {
          line.unshift(job);
          model.unshift(job);
        } else if (kind === "take") {
          assert.equal(line.take(), model.take());
        } else if (kind === "end") {
          model.jobs[at]?.conclude("cancelled", undefined);
          line.forget();
        } else {
          const other = new JobLine();
          for (const each of [job, jobOf(0)]) {
            other.push(each);
            model.push(each);
          }
          line.append(other);
          assert.equal(other.length, 0);
        }
        assert.deepEqual([...line], model.jobs);
      }
    }),
  );
});

test("jobs that have ended take no room for long, wherever they are", () => {
  const line = new JobLine();
  const kept = jobOf(0);
  line.push(kept);
  for (let at = 0; at < 100_000; at += 1) {
    const job = jobOf(at % 10);
    line.push(job);
    job.conclude("cancelled", undefined);
    line.forget();
    assert.ok(line.length < 3_000);
  }
  assert.deepEqual([...line], [kept]);
  assert.equal(line.take(), kept);
  assert.equal(line.take(), undefined);
  assert.equal(line.length, 0);
});
