import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Millrace } from "../../src/index.ts";
import { Load } from "./load.ts";

/*
 * What the gateway costs: against a bare hono route, and against sending directly; each pair in turn, `--runs` times
 * (default 5), and the ratio is the median of neighbouring pairs.
 */
const at = process.argv.indexOf("--runs");
const runs = at < 0 ? 5 : Number(process.argv[at + 1]);
const only = process.argv.includes("--only") ? (process.argv[process.argv.indexOf("--only") + 1] ?? "") : "";

const MEASURE_MS = 3_000;
const CONNECTIONS = 100;
const payload = "x".repeat(100);
const one = JSON.stringify({ task: "add", args: [payload] });
const hundred = JSON.stringify({ jobs: Array.from({ length: 100 }, () => ({ task: "add", args: [payload] })) });

console.log(`Node ${process.version}; medians of ${runs} runs, systems in turn\n`);
console.log("| what | gateway | against | | ratio | target | |");
console.log("|---|---:|---|---:|---:|---:|---|");
if ("single".includes(only))
  await row(
    "one job a request, requests/s",
    0.6,
    "at least",
    "bare hono",
    () => rate("gateway", one),
    () => rate("bare", one),
  );
if ("hundred".includes(only))
  await row(
    "100 jobs a request, jobs/s",
    0.4,
    "at least",
    "sendMany(100)",
    async () => 100 * (await rate("gateway", hundred, 4)),
    direct,
  );
if ("latency".includes(only))
  await row(
    "p99 at 1,000 requests/s, ms",
    2,
    "at most",
    "bare hono",
    () => p99("gateway"),
    () => p99("bare"),
  );
if ("streams".includes(only)) {
  const mebibytes = await streams(2_000);
  console.log(`\n2,000 event streams: RSS ${mebibytes.toFixed(0)} MiB (target: below 256)`);
}

async function row(
  what: string,
  target: number,
  bound: "at least" | "at most",
  against: string,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<void> {
  const own: number[] = [];
  const other: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    own.push(await ours());
    other.push(await theirs());
  }
  const ratio = median(own.map((value, index) => value / (other[index] ?? Number.NaN)));
  const met = bound === "at least" ? ratio >= target : ratio <= target;
  console.log(
    `| ${what} | ${shown(median(own))} | ${against} | ${shown(median(other))} | ${ratio.toFixed(2)} | ${bound} ${target} | ${met ? "met" : "missed"} |`,
  );
}

async function rate(kind: string, body: string, connections = CONNECTIONS): Promise<number> {
  return withServer(kind, async (url) => {
    const load = new Load(url, "/v1/jobs", body);
    await load.open(connections);
    await load.perSecond(1_000);
    const perSecond = await load.perSecond(MEASURE_MS);
    load.close();
    return perSecond;
  });
}

async function p99(kind: string): Promise<number> {
  return withServer(kind, async (url) => {
    const load = new Load(url, "/v1/jobs", one);
    await load.open(1_000);
    await load.latencies(1_000, 1_500);
    const late = (await load.latencies(1_000, MEASURE_MS)).toSorted((a, b) => a - b);
    load.close();
    return late[Math.floor(late.length * 0.99)] ?? Number.NaN;
  });
}

async function direct(): Promise<number> {
  const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "millrace-bench-"));
  try {
    await using app = new Millrace({ store: `sqlite:${join(folder, "jobs.db")}` });
    const client = app.client();
    const list = Array.from({ length: 100 }, () => [payload]);
    const send = async (ms: number): Promise<number> => {
      const started = performance.now();
      let sent = 0;
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          while (performance.now() - started < ms) sent += (await client.sendMany("add", list)).length;
        }),
      );
      return sent / ((performance.now() - started) / 1_000);
    };
    await send(1_000);
    return await send(MEASURE_MS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function streams(count: number): Promise<number> {
  return withServer("gateway", async (url, server) => {
    const answer = await fetch(`${url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jobs: Array.from({ length: 1_000 }, () => ({ task: "never", args: [payload] })) }),
    });
    const { jobs } = (await answer.json()) as { jobs: { id: string }[] };
    const { port, host } = new URL(url);
    const open = Array.from({ length: count }, async (_, index) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(`GET /v1/jobs/${jobs[index % jobs.length]?.id}/events HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      await new Promise<void>((resolve) => {
        socket.on("data", (data) => data.includes("event: state") && resolve());
      });
      return socket;
    });
    const sockets = await Promise.all(open);
    await new Promise((resolve) => {
      setTimeout(resolve, 5_000);
    });
    const { rss } = await asked(server);
    for (const socket of sockets) socket.destroy();
    return rss / 2 ** 20;
  });
}

async function withServer<T>(kind: string, work: (url: string, server: ChildProcess) => Promise<T>): Promise<T> {
  const server = fork(new URL("server.ts", import.meta.url), [kind]);
  try {
    const { url } = await new Promise<{ url: string }>((resolve) => {
      server.once("message", (message) => resolve(message as { url: string }));
    });
    return await work(url, server);
  } finally {
    server.kill();
    await new Promise((resolve) => {
      server.once("exit", resolve);
    });
  }
}

function asked(server: ChildProcess): Promise<{ rss: number }> {
  server.send("memory");
  return new Promise((resolve) => {
    server.once("message", (message) => resolve(message as { rss: number }));
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(2);
}
