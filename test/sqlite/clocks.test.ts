import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Lease } from "../../src/contracts/index.ts";
import { Effects } from "../../src/drivers/sqlite/effects.ts";
import { Engine } from "../../src/drivers/sqlite/engine.ts";
import { sqlOf } from "../../src/drivers/sqlite/statements.ts";
import { Folder, appOn } from "./files.ts";
import type { Program } from "../processes/program.ts";
import { started } from "./program.ts";

const HOUR_MS = 3_600_000;
const LEASE_MS = 10_000;

/** Which of the two. */
type Side = 0 | 1;

/** Two processes on one file, each with a clock that can be set. */
class TwoClocks implements Disposable {
  readonly #database = new DatabaseSync(":memory:");
  /** What each clock shows. */
  readonly now: [number, number] = [1_800_000_000_000, 1_800_000_000_000];
  readonly #engines: readonly Engine[];

  constructor() {
    this.#database.exec(sqlOf("schema", "test"));
    const sides: readonly Side[] = [0, 1];
    this.#engines = sides.map((at) => new Engine(this.#database, "test", () => this.now[at]));
  }

  /** Time passes for both. */
  pass(ms: number): void {
    this.now[0] += ms;
    this.now[1] += ms;
  }

  enqueue(at: Side, id: string, delayMs?: number): void {
    const delay = delayMs === undefined ? {} : { delayMs };
    this.#engine(at).enqueue(
      [{ id, task: "t", queue: "q", priority: 0, body: '{"args":[]}', ...delay }],
      new Effects(),
    );
  }

  reserve(at: Side): readonly Lease[] {
    const reserve = { queues: [{ name: "q", limit: 10 }], tasks: ["t"], leaseMs: LEASE_MS, parkMs: LEASE_MS };
    return this.#engine(at).exchange({ worker: `w${at}`, leaseMs: LEASE_MS, reserve }, new Effects()).leases;
  }

  settle(at: Side, { id, lease }: Pick<Lease, "id" | "lease">): string | undefined {
    const keep = { recordMs: null, resultMs: null };
    const settle = [{ id, lease, to: "succeeded" as const, charged: true, result: String(lease), keep }];
    return this.#engine(at).exchange({ worker: `w${at}`, leaseMs: LEASE_MS, settle }, new Effects()).settled[0];
  }

  extend(at: Side, { id, lease }: Pick<Lease, "id" | "lease">): string {
    return this.#engine(at).extend({ id, lease }, this.now[at] + LEASE_MS);
  }

  result(id: string): string | undefined {
    return this.#engine(0).load([id])[0]?.result;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #engine(at: Side): Engine {
    return this.#engines[at] ?? expect.unreachable();
  }
}

describe("fault 16: clocks that are wrong, at the store", () => {
  test.each([
    ["ahead", HOUR_MS],
    ["behind", -HOUR_MS],
  ])("of two processes, one an hour %s, one outcome is recorded: the one of the later lease", (_, apart) => {
    using two = new TwoClocks();
    two.now[1] += apart;
    two.enqueue(0, "a");
    const [first] = two.reserve(0);
    const taken = two.reserve(1);
    // The lease of the one looks over to the other only if that one's clock is ahead.
    expect(taken.map(({ lease, crashes }) => [lease, crashes])).toEqual(apart > 0 ? [[2, 1]] : []);
    expect(two.extend(0, first!)).toBe(apart > 0 ? "lost" : "kept");
    expect(two.settle(0, first!)).toBe(apart > 0 ? "stale" : "applied");
    if (apart > 0) expect(two.settle(1, taken[0]!)).toBe("applied");
    expect(two.result("a")).toBe(apart > 0 ? "2" : "1");
  });

  test("a clock put back an hour hands nothing out early, and in the end everything", () => {
    using two = new TwoClocks();
    two.enqueue(0, "later", HOUR_MS);
    two.enqueue(0, "held");
    const [held] = two.reserve(0);
    two.pass(-HOUR_MS);
    expect(two.reserve(1)).toEqual([]);
    // Renewed by the new time, a lease lapses by the new time.
    expect(two.extend(0, held!)).toBe("kept");
    two.pass(LEASE_MS);
    expect(two.reserve(1).map(({ id, lease }) => [id, lease])).toEqual([["held", 2]]);
    two.pass(2 * HOUR_MS - LEASE_MS - 1);
    expect(two.reserve(1).map(({ id }) => id)).toEqual(["held"]);
    two.pass(1);
    expect(two.reserve(1).map(({ id }) => id)).toEqual(["later"]);
  });

  test("a clock put ahead an hour ends leases; their holder, not heard of again, is refused", () => {
    using two = new TwoClocks();
    two.enqueue(0, "a");
    const [first] = two.reserve(0);
    two.pass(HOUR_MS);
    const [second] = two.reserve(1);
    expect(second).toMatchObject({ id: "a", lease: 2, crashes: 1 });
    expect(two.settle(0, first!)).toBe("stale");
    expect(two.settle(1, second!)).toBe("applied");
    expect(two.settle(1, second!)).toBe("stale");
    expect(two.result("a")).toBe("2");
  });

  test("however the two clocks jump: no token twice, nothing early by the clock that hands it out, one outcome each, none lost", () => {
    const which = fc.constantFrom<Side>(0, 1);
    const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);
    const step = fc.oneof(
      fc.record({ kind: kind("jump"), at: which, ms: fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }) }),
      fc.record({ kind: kind("pass"), ms: fc.integer({ min: 0, max: 2 * LEASE_MS }) }),
      fc.record({ kind: kind("enqueue"), at: which, delayMs: fc.option(fc.integer({ min: 1, max: HOUR_MS })) }),
      fc.record({ kind: kind("reserve"), at: which }),
      fc.record({ kind: kind("extend"), at: which, lease: fc.nat() }),
      fc.record({ kind: kind("settle"), at: which, lease: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        using two = new TwoClocks();
        const dueAt = new Map<string, number>();
        const leases: Lease[] = [];
        const given = new Set<string>();
        const applied = new Map<string, number>();
        const reserve = (at: Side): void => {
          for (const lease of two.reserve(at)) {
            const token = `${lease.id} ${lease.lease}`;
            expect(given).not.toContain(token);
            expect(two.now[at]).toBeGreaterThanOrEqual(dueAt.get(lease.id) ?? 0);
            given.add(token);
            leases.push(lease);
          }
        };
        const settle = (at: Side, lease: Lease): void => {
          if (two.settle(at, lease) === "applied") applied.set(lease.id, (applied.get(lease.id) ?? 0) + 1);
        };
        for (const each of steps) {
          const lease = "lease" in each ? leases[each.lease % Math.max(1, leases.length)] : undefined;
          switch (each.kind) {
            case "jump":
              two.now[each.at] += each.ms;
              break;
            case "pass":
              two.pass(each.ms);
              break;
            case "enqueue": {
              const id = `j${dueAt.size}`;
              dueAt.set(id, each.delayMs === null ? 0 : two.now[each.at] + each.delayMs);
              two.enqueue(each.at, id, each.delayMs ?? undefined);
              break;
            }
            case "reserve":
              reserve(each.at);
              break;
            case "extend":
              if (lease !== undefined) two.extend(each.at, lease);
              break;
            case "settle":
              if (lease !== undefined) settle(each.at, lease);
          }
        }
        // Far later, by either clock.
        two.now[0] = Math.max(...two.now) + 1_000 * HOUR_MS;
        for (let left = dueAt.size; left > 0; left -= 1) {
          const from = leases.length;
          reserve(0);
          for (const lease of leases.slice(from)) settle(0, lease);
        }
        expect(Object.fromEntries(applied)).toEqual(Object.fromEntries([...dueAt.keys()].map((id) => [id, 1])));
      }),
      { numRuns: 150 },
    );
  });
});

/** The wall clocks of programs, as far from the machine's as the test says. */
class Clock {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.set(0);
  }

  set(ms: number): void {
    writeFileSync(this.#file, String(ms));
  }

  run(name: string, database: string): Program {
    const preload = new URL("./programs/set-clock.ts", import.meta.url);
    const env = { NODE_OPTIONS: `--import=${preload.href}`, MILLRACE_CLOCK_FILE: this.#file };
    return started(name, [database], { env });
  }
}

describe("fault 16: clocks that are wrong, with workers", { timeout: 60_000 }, () => {
  test("after its clock was put back an hour, a killed worker's job is run again within its lease", async () => {
    using folder = new Folder();
    const clock = new Clock(folder.file("clock"));
    await using app = appOn(folder.file());
    const job = await app.client().send("orphan");
    await using first = clock.run("pid-worker", folder.file());
    await first.said(new RegExp(`^started ${job.id}`));
    clock.set(-HOUR_MS);
    // Longer than a lease by the new time, in which the first job's was renewed.
    await (await app.client().send("steady", 1_200)).wait({ timeout: "30s" });
    first.child.kill("SIGKILL");
    await using second = clock.run("pid-worker", folder.file());
    expect(await job.result({ timeout: "30s" })).toBe(second.child.pid);
    expect(await job.peek()).toMatchObject({ state: "succeeded", attempt: 1, crashes: 1 });
  });

  test("with one worker's clock an hour ahead of the other's, a job has one outcome, and the loser is told", async () => {
    using folder = new Folder();
    const [right, ahead] = [new Clock(folder.file("clock")), new Clock(folder.file("clock-ahead"))];
    ahead.set(HOUR_MS);
    await using app = appOn(folder.file());
    const job = await app.client().send("orphan");
    await using first = right.run("pid-worker", folder.file());
    await first.said(new RegExp(`^started ${job.id}`));
    await using second = ahead.run("pid-worker", folder.file());
    expect(await job.result({ timeout: "30s" })).toBe(second.child.pid);
    await first.said(new RegExp(`^stalled ${job.id}`));
    expect(await job.peek()).toMatchObject({ state: "succeeded", attempt: 1, crashes: 1 });
  });

  test("a clock put ahead past a job's time wakes who waits for it, though nothing else happens", async () => {
    using folder = new Folder();
    const clock = new Clock(folder.file("clock"));
    await using waiter = clock.run("wait-for-due", folder.file());
    await waiter.said(/^waiting/);
    clock.set(2 * HOUR_MS);
    expect(await waiter.said(/^got/)).toBe("got 1");
  });
});
