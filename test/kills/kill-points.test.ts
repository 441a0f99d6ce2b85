import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Store } from "../../src/contracts/index.ts";
import { isFinal } from "../../src/core/index.ts";
import { Effects } from "../../src/drivers/sqlite/effects.ts";
import { Engine } from "../../src/drivers/sqlite/engine.ts";
import { SQLITE } from "../processes/places.ts";
import { storeAt } from "../processes/store-at.ts";
import { LEASE_MS, MOMENTS, type MomentName, OPERATIONS, TASK } from "./kill-points.ts";
import { Scene } from "./scene.ts";

interface Point {
  readonly operation: string;
  readonly moment: MomentName;
  /** Its own queue, and the beginning of its ids. */
  readonly key: string;
}

const POINTS: readonly Point[] = Object.keys(OPERATIONS).flatMap((operation, row) =>
  (Object.keys(MOMENTS) as MomentName[]).map((moment, column) => ({ operation, moment, key: `p${row}-${column}` })),
);

/** Processes at once: another one starts up while one does its work. */
const AT_ONCE = 3;

/** All that is remembered of a queue's jobs, but for when it was. */
async function stateOf(store: Store, key: string): Promise<string> {
  const { jobs } = await store.inspection!.list({ queue: key, limit: 1_000 });
  const times = new Set(["createdAt", "startedAt", "finishedAt", "runAt"]);
  const facts = jobs
    .map((job) =>
      Object.fromEntries(Object.entries(job).map(([name, value]) => [name, times.has(name) ? "set" : value])),
    )
    .sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
  return JSON.stringify(facts, undefined, 1).replaceAll(key, "KEY");
}

async function killAll(scene: Scene): Promise<void> {
  const points = POINTS.values();
  const lane = async (): Promise<void> => {
    for (const point of points) {
      const program = scene.run("kill-point", point);
      const { signal } = await program.ended();
      expect({ point, signal, error: program.error }).toEqual({ point, signal: "SIGKILL", error: "" });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

test(
  `fault 2: killed at each of ${POINTS.length} points, the file has the old state or the new one, and the same call again makes the new one`,
  { timeout: 180_000 },
  async () => {
    await using scene = await Scene.make(SQLITE);
    // Makes the file, so that no process is killed in doing that: see test/sqlite/breaking.test.ts.
    await (await storeAt(scene.url)).close();
    await killAll(scene);

    const store = await storeAt(scene.url);
    const counts = { old: 0, new: 0 };
    const states: { readonly key: string; readonly jobs: number }[] = [];
    for (const [row, [name, { arrange, act }]] of Object.entries(OPERATIONS).entries()) {
      const key = `model-${row}`;
      await arrange(store, key);
      const before = await stateOf(store, key);
      await act(store, key);
      const after = await stateOf(store, key);
      expect(after, `${name} changes something`).not.toBe(before);
      for (const point of POINTS.filter(({ operation }) => operation === name)) {
        const found = await stateOf(store, point.key);
        const { when } = MOMENTS[point.moment];
        const expected = when === "before" ? [before] : when === "answered" ? [after] : [before, after];
        expect(expected, `${name}, killed ${point.moment}`).toContain(found);
        counts[found === before ? "old" : "new"] += 1;
        for (let again = 1; again <= 2; again += 1) {
          await act(store, point.key);
          expect(await stateOf(store, point.key), `${name}, killed ${point.moment}, called again`).toBe(after);
        }
        const { jobs } = await store.inspection!.list({ queue: point.key, limit: 1_000 });
        states.push({ key: point.key, jobs: jobs.filter(({ state }) => !isFinal(state)).length });
      }
    }
    await store.close();
    process.stdout.write(
      `killed at ${POINTS.length} points: ${counts.old} left the old state, ${counts.new} the new\n`,
    );

    using database = new DatabaseSync(scene.url.replace("sqlite:", ""));
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    // Long after, everything that is not final is handed out again, once.
    const engine = new Engine(database, "millrace", () => Date.now() + 2 * LEASE_MS);
    const handedOut = states.map(({ key }) => {
      const queues = [{ name: key, limit: 1_000 }];
      const reserve = { queues, tasks: [TASK], leaseMs: LEASE_MS, parkMs: LEASE_MS };
      const { leases } = engine.exchange({ worker: "late", leaseMs: LEASE_MS, reserve }, new Effects());
      return { key, jobs: new Set(leases.map(({ id }) => id)).size };
    });
    expect(handedOut).toEqual(states);
  },
);
