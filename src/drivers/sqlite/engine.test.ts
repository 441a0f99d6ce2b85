import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Keep, NewJob } from "../../contracts/index.ts";
import { Effects } from "./effects.ts";
import { Engine } from "./engine.ts";
import { sqlOf } from "./statements.ts";

const NAMESPACE = "test";
const DAY_MS = 86_400_000;

let database: DatabaseSync;
let engine: Engine;
let now: number;

beforeEach(() => {
  now = 1_800_000_000_000;
  database = new DatabaseSync(":memory:");
  database.exec(sqlOf("schema", NAMESPACE));
  engine = new Engine(database, NAMESPACE, () => now);
});

afterEach(() => database.close());

function jobs(count: number, prefix = "job"): NewJob[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${prefix}-${at}`,
    task: "t",
    queue: "q",
    priority: 0,
    body: '{"args":[]}',
  }));
}

/** Runs every job that is queued, with a value, to its end. */
function finish(count: number, keep: Keep): void {
  const { leases } = engine.exchange(
    {
      worker: "w",
      leaseMs: 1_000,
      reserve: { queues: [{ name: "q", limit: count }], tasks: ["t"], leaseMs: 1_000, parkMs: 1_000 },
    },
    new Effects(),
  );
  const settle = leases.map(({ id, lease }) => ({
    id,
    lease,
    to: "succeeded" as const,
    charged: true,
    result: "1",
    keep,
  }));
  const { settled } = engine.exchange({ worker: "w", leaseMs: 1_000, settle }, new Effects());
  expect(settled).toEqual(Array(count).fill("applied"));
}

function rows(): number {
  return Number(database.prepare(`SELECT count(*) AS n FROM ${NAMESPACE}_job`).get()?.["n"]);
}

describe("retention", () => {
  test("a purge takes no more than it is asked to, and only what is over", () => {
    engine.enqueue(jobs(250), new Effects());
    finish(250, { recordMs: DAY_MS, resultMs: DAY_MS });
    engine.enqueue(jobs(10, "later"), new Effects());
    expect(engine.purge(100)).toBe(0);
    now += DAY_MS;
    expect([engine.purge(100), engine.purge(100), engine.purge(100), engine.purge(100)]).toEqual([100, 100, 50, 0]);
    expect(rows()).toBe(10);
  });

  test("values are cleared on their own, and their records go in their time", () => {
    engine.enqueue(jobs(3), new Effects());
    finish(3, { recordMs: DAY_MS, resultMs: 1_000 });
    expect(engine.load(["job-0"])[0]).toMatchObject({ state: "succeeded", result: "1" });
    now += 1_000;
    const before = engine.load(["job-0"])[0];
    expect([before?.result, before?.resultGone]).toEqual([undefined, true]);
    expect(engine.purge(100)).toBe(3);
    expect(database.prepare(`SELECT count(result) AS n FROM ${NAMESPACE}_job`).get()?.["n"]).toBe(0);
    expect([engine.purge(100), rows()]).toEqual([0, 3]);
    now += DAY_MS;
    expect([engine.purge(100), rows()]).toEqual([3, 0]);
  });

  test("an id is free again once its record's retention is over, purged or not", () => {
    const [job] = jobs(1);
    engine.enqueue([job!], new Effects());
    finish(1, { recordMs: 1_000, resultMs: 1_000 });
    expect(engine.enqueue([job!], new Effects())).toEqual(["exists"]);
    now += 1_000;
    expect(engine.load([job!.id])).toEqual([undefined]);
    expect(engine.enqueue([job!], new Effects())).toEqual(["accepted"]);
    expect(engine.load([job!.id])[0]).toMatchObject({ state: "queued", attempt: 0 });
    expect(rows()).toBe(1);
  });

  test("of more jobs than go into one statement, those whose id is taken are told apart", () => {
    engine.enqueue(
      jobs(113).filter((_, at) => at % 7 === 0),
      new Effects(),
    );
    // Statements of fifty, of ten and of one; the third has ids twice that are new with it.
    const outcomes = engine.enqueue([...jobs(113), ...jobs(113).slice(100), ...jobs(47)], new Effects());
    expect(outcomes).toEqual([
      ...Array.from({ length: 113 }, (_, at) => (at % 7 === 0 ? "exists" : "accepted")),
      ...Array(60).fill("exists"),
    ]);
    expect(rows()).toBe(113);
  });
});

// Cost per job is flat only as long as nothing reads the table from end to end.
describe("no statement of the hot path scans the table", () => {
  test.each([
    "available",
    "cancel-running",
    "cancelling",
    "clear-results",
    "drop",
    "drop-spent",
    "extend",
    "holder",
    "insert",
    "list-dead",
    "load",
    "next-deadline",
    "parked",
    "parked-known",
    "promote",
    "purge",
    "remove-all-dead",
    "remove-dead",
    "replay",
    "reserve",
    "save",
    "settle",
    "settle-drop",
    "unpark",
  ])("%s", (name) => {
    const sql = sqlOf(name, NAMESPACE);
    const plan = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row["detail"]));
    // A partial index that is walked in its own order, up to a limit, reads as a scan by SQLite's words.
    const scans = plan.filter((step) => /SCAN test_job(?! USING (COVERING )?INDEX)/.test(step));
    expect({ name, scans }).toEqual({ name, scans: [] });
  });
});
