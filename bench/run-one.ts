import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MillraceSqlite } from "./systems/millrace.ts";
import { Plainjob } from "./systems/plainjob.ts";
import { RawSqlite } from "./systems/raw-sqlite.ts";
import type { System } from "./systems/system.ts";

/*
 * One measurement in a process of its own: node run-one.ts SYSTEM WORKLOAD DURABILITY [BACKLOG]. Prints JSON.
 */
const SYSTEMS: Readonly<Record<string, () => System>> = {
  millrace: () => new MillraceSqlite(),
  plainjob: () => new Plainjob(),
  raw: () => new RawSqlite(),
};

const [systemName = "", workload = "", durability = "full", backlog = "0"] = process.argv.slice(2);
const system = SYSTEMS[systemName]?.();
if (system === undefined) throw new Error(`no system "${systemName}"`);

const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "millrace-bench-"));
const file = join(folder, "queue.db");
try {
  await system.open(file, durability === "normal" ? "normal" : "full");
  await prepare(system, workload, backlog);
  const figures = await measure(system, workload);
  await system.close();
  console.log(JSON.stringify({ about: system.about, ...figures, bytes: statSync(file).size }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function prepare(of: System, what: string, waiting: string): Promise<void> {
  const [, kind, count] = /^(queued|scheduled)?(\d+)$/.exec(waiting) ?? [];
  if (kind === "queued") await of.sendInBulk(Number(count), 1_000);
  if (kind === "scheduled") await of.schedule?.(Number(count));
  const [, jobs] = /^drain-\d+-(\d+)$/.exec(what) ?? [];
  if (jobs !== undefined) await of.sendInBulk(Number(jobs), 1_000);
  // A first round, so that what is measured is compiled and the file has its shape.
  if (what.startsWith("send")) await of.sendConcurrently(2_000, 100);
}

async function measure(of: System, what: string): Promise<{ perSecond: number; cpuUs: number }> {
  const [, verb, a, b] = /^(send-one|send-concurrent|send-bulk|drain)-(\d+)(?:-(\d+))?$/.exec(what) ?? [];
  const count = Number(b ?? a);
  const cpu = process.cpuUsage();
  const started = performance.now();
  if (verb === "send-one") await of.sendOneByOne(count);
  else if (verb === "send-concurrent") await of.sendConcurrently(count, Number(a));
  else if (verb === "send-bulk") await of.sendInBulk(count, Number(a));
  else if (verb === "drain") await of.drain(count, Number(a));
  else throw new Error(`no workload "${what}"`);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system: kernel } = process.cpuUsage(cpu);
  return { perSecond: count / seconds, cpuUs: (user + kernel) / count };
}
