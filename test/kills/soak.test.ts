import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { JobRecord } from "../../src/index.ts";
import { verdictOf } from "./checker.ts";
import type { Program } from "../processes/program.ts";
import { PLACES } from "../processes/places.ts";
import { Scene } from "./scene.ts";
import { seeded, seedOfRun } from "./random.ts";

/** Jobs to send; 20,000 and more for a long soak. */
const JOBS = Number(process.env["MILLRACE_SOAK_JOBS"] ?? 2_000);
const WORKERS = 3;
/** One worker is killed for so many jobs, eight times at the least. */
const KILLS = Math.max(8, Math.ceil(JOBS / 650));
const LEASE_MS = 1_000;

async function allRecords(scene: Scene): Promise<Map<string, JobRecord>> {
  const records = new Map<string, JobRecord>();
  let cursor: string | undefined;
  do {
    const page = await scene.app.client().list({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    for (const record of page.jobs) records.set(record.id, record);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return records;
}

test.for(PLACES)(
  `$name: ${JOBS} jobs under ${KILLS} kills: none lost, none run twice without a kill to explain it`,
  {
    timeout: 60_000 + JOBS * 20,
  },
  async (place) => {
    const seed = seedOfRun();
    const random = seeded(seed);
    const note = `MILLRACE_SEED=${seed}`;
    await using scene = await Scene.make(place);
    const client = scene.app.client();
    const killed = new Set<number>();
    const workers: Program[] = await Promise.all(
      Array.from({ length: WORKERS }, () => scene.worker({ lease: LEASE_MS, concurrency: 8 })),
    );
    const producers = [0, 1].map(() => scene.run("producer", { jobs: Math.ceil(JOBS / 2 / 1.2), ms: 8 }));
    await Promise.all(producers.map((producer) => producer.said(/^ready/)));
    // One producer is killed in the middle as well, and another takes its place.
    const producerKill = Math.floor(random() * KILLS);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(100 + random() * 400);
      const at = Math.floor(random() * WORKERS);
      killed.add(workers[at]!.pid);
      await workers[at]!.kill();
      workers[at] = await scene.worker({ lease: LEASE_MS, concurrency: 8 });
      if (kill !== producerKill) continue;
      await producers[0]!.kill();
      producers.push(scene.run("producer", { jobs: Math.ceil(JOBS / 4), ms: 8 }));
    }
    for (const producer of producers.slice(1)) await producer.said(/^done/);
    const counts = async (): Promise<Record<string, number>> =>
      (await client.queues()).find(({ queue }) => queue === "default")?.counts ?? {};
    await scene.until(
      `all is quiet (${note})`,
      async () => {
        const { queued = 0, running = 0, retrying = 0, scheduled = 0 } = await counts();
        return queued + running + retrying + scheduled === 0;
      },
      30_000 + JOBS * 10,
    );
    const verdict = verdictOf({
      accepted: scene.ledger("accepted").map(({ id }) => id),
      records: await allRecords(scene),
      runs: scene.ledger("runs"),
      killed,
    });
    const unexplained = verdict.duplicated.filter((id) => !verdict.explained.includes(id));
    process.stdout.write(
      `soak on ${place.name}: ${verdict.accepted} accepted, ${killed.size} workers killed, lost ${verdict.lost.length}, run again ${verdict.duplicated.length} (explained ${verdict.explained.length}), unexpected ${verdict.unexpected.length} (${note})\n`,
    );
    expect({
      seed,
      lost: verdict.lost,
      unexplained,
      contradicted: verdict.contradicted,
    }).toEqual({ seed, lost: [], unexplained: [], contradicted: [] });
    expect(verdict.accepted).toBeGreaterThan(JOBS / 3);
    expect(killed.size).toBeGreaterThanOrEqual(8);
    // A producer killed between acceptance and its ledger leaves at most what it had under way.
    expect(verdict.unexpected.length).toBeLessThanOrEqual(8 * 3);
  },
);
