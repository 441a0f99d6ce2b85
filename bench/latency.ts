import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Millrace, task } from "../src/index.ts";

/*
 * What throughput does not tell, of Millrace on its embedded store: node latency.ts FIGURE. Prints JSON.
 *
 *   pickup-process   50 sends a second: milliseconds from send to start, worker in this process
 *   pickup-across    the same, worker in another process
 *   lateness         10,000 jobs spread over 10 s: milliseconds from when each is due to its start
 *   idle             share of a core that an idle worker takes
 *   backlog          memory of a worker beside 1,000,000 queued jobs, and bytes on disk for each
 */
const [figure = ""] = process.argv.slice(2);

/** When the task starts, by a clock that processes of one machine share. */
const starts = task("starts", async (at: number): Promise<number> => {
  const late = performance.timeOrigin + performance.now() - at;
  process.send?.(late);
  lateness.push(late);
  return late;
});
const lateness: number[] = [];
const clock = (): number => performance.timeOrigin + performance.now();

if (figure === "worker") await serve(process.argv[3] ?? "");
else {
  const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "millrace-bench-"));
  try {
    console.log(JSON.stringify(await measure(join(folder, "queue.db"))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(file: string): Promise<Record<string, number>> {
  switch (figure) {
    case "pickup-process":
      return pickUp(file);
    case "pickup-across":
      return pickUpAcross(file);
    case "lateness":
      return spread(file);
    case "idle":
      return idle(file);
    case "backlog":
      return backlog(file);
    default:
      throw new Error(`no figure "${figure}"`);
  }
}

async function serve(file: string): Promise<void> {
  const app = new Millrace({ store: `sqlite:${file}` });
  await app.worker({ tasks: [starts], queues: { default: 100 }, handleSignals: true }).start();
  process.send?.("ready");
}

async function pickUp(file: string): Promise<Record<string, number>> {
  await using app = new Millrace({ store: `sqlite:${file}` });
  await app.worker({ tasks: [starts], queues: { default: 100 } }).start();
  await sendSteadily(app, 500);
  return percentiles(lateness.slice(50));
}

async function pickUpAcross(file: string): Promise<Record<string, number>> {
  await using app = new Millrace({ store: `sqlite:${file}` });
  await app.client().get("none");
  const worker: ChildProcess = fork(new URL(import.meta.url), ["worker", file]);
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    worker.on("message", (message) => (typeof message === "number" ? seen.push(message) : resolve()));
  });
  await sendSteadily(app, 500);
  worker.kill("SIGTERM");
  await new Promise((resolve) => worker.once("exit", resolve));
  return percentiles(seen.slice(50));
}

async function sendSteadily(app: Millrace, count: number): Promise<void> {
  const client = app.client();
  for (let sent = 0; sent < count; sent += 1) {
    const job = await client.send(starts, clock());
    await sleep(20);
    if (sent === count - 1) await job.wait({ timeout: "10s" });
  }
}

async function spread(file: string): Promise<Record<string, number>> {
  await using app = new Millrace({ store: `sqlite:${file}` });
  await app.worker({ tasks: [starts], queues: { default: 100 } }).start();
  const client = app.client();
  // Due moments are whole milliseconds; the first ones leave time to send all.
  const from = Math.ceil(clock()) + 3_000;
  const jobs = await Promise.all(
    Array.from({ length: 10_000 }, (_, at) => client.with({ runAt: from + at }).send(starts, from + at)),
  );
  await Promise.all(jobs.slice(-100).map((job) => job.wait({ timeout: "30s" })));
  return { ...percentiles(lateness), early: lateness.filter((late) => late < 0).length };
}

async function idle(file: string): Promise<Record<string, number>> {
  await using app = new Millrace({ store: `sqlite:${file}` });
  await app.worker({ tasks: [starts], queues: { default: 100 } }).start();
  await app.client().send(starts, clock());
  await sleep(1_000);
  const before = process.cpuUsage();
  await sleep(10_000);
  const { user, system } = process.cpuUsage(before);
  return { percentOfCore: ((user + system) / 10_000_000) * 100 };
}

async function backlog(file: string): Promise<Record<string, number>> {
  const count = 1_000_000;
  const sender = new Millrace({ store: `sqlite:${file}` });
  const payload = task("later", async (_payload: string) => undefined);
  const list = Array.from({ length: 1_000 }, (): [string] => ["x".repeat(100)]);
  for (let sent = 0; sent < count; sent += 1_000) await sender.client().sendMany(payload, list);
  await sender.close();
  const bytesPerJob = statSync(file).size / count;
  const worker: ChildProcess = fork(new URL("backlog-worker.ts", import.meta.url), [file]);
  const rssMiB = await new Promise<number>((resolve) =>
    worker.once("message", (rss) => resolve(Number(rss) / 2 ** 20)),
  );
  await new Promise((resolve) => worker.once("exit", resolve));
  return { rssMiB, bytesPerJob };
}

function percentiles(values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1), count: sorted.length };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
