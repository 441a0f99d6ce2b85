import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Millrace } from "../../src/index.ts";
import { shortOptions } from "../measuring/short-options.ts";
import { type Comparison, comparisonTable, conditionsLine } from "../reporting/comparison.ts";
import { thisMachine } from "../reporting/machine.ts";
import { percentile } from "../reporting/statistics.ts";
import { Load } from "./load.ts";

/*
 * What the gateway costs: against a bare hono route, and against sending directly. `--runs 5`, `--only WORD`.
 */
const { runs, only } = shortOptions();

const MEASURE_MS = 3_000;
const RATE = 1_000;
/** Latency is measured in slices of a second, so many for each run, after so many that make a server warm. */
const SLICE_MS = 1_000;
const SLICES = 5;
const WARM_SLICES = 10;
const CONNECTIONS = 100;
const payload = "x".repeat(100);
const one = JSON.stringify({ task: "add", args: [payload] });
const hundred = JSON.stringify({ jobs: Array.from({ length: 100 }, () => ({ task: "add", args: [payload] })) });

interface Pair {
  readonly what: string;
  readonly against: string;
  readonly target?: Comparison["target"];
  readonly ours: () => Promise<number>;
  readonly theirs: () => Promise<number>;
}

const PAIRS: readonly Pair[] = [
  {
    what: "one job a request, requests/s",
    against: "bare hono",
    target: { atLeast: 0.6 },
    ours: () => rate("gateway", one),
    theirs: () => rate("bare", one),
  },
  {
    what: "100 jobs a request, jobs/s",
    against: "sendMany(100)",
    target: { atLeast: 0.4 },
    ours: async () => 100 * (await rate("gateway", hundred, 4)),
    theirs: direct,
  },
];

console.log(`${conditionsLine(thisMachine(), runs)}\n`);
const comparisons: Comparison[] = [];
for (const pair of PAIRS.filter(({ what }) => what.includes(only))) comparisons.push(await compare(pair));
if ("p99 latency".includes(only)) comparisons.push(...(await latencies()));
console.log(comparisonTable(comparisons));
if ("streams".includes(only)) {
  const mebibytes = await streams(2_000);
  console.log(`\n2,000 event streams: RSS ${mebibytes.toFixed(0)} MiB (target: below 256)`);
}

async function compare({ what, against, target, ours, theirs }: Pair): Promise<Comparison> {
  const own: number[] = [];
  const other: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    process.stderr.write(`run ${run} of ${runs}: ${what}\n`);
    own.push(await ours());
    other.push(await theirs());
  }
  return { what, own, against, theirs: other, ...(target !== undefined && { target }) };
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

/** The servers stand beside each other and are asked in turn, a slice each, so that a slow moment of the machine meets all. */
async function latencies(): Promise<Comparison[]> {
  const [gateway, bare, inserting, memory] = await sliced(["gateway", "bare", "inserting", "memory"]);
  const what = `p99 at ${RATE.toLocaleString("en")} requests/s, ms`;
  return [
    { what, own: gateway, against: "bare hono", theirs: bare, target: { atMost: 2 } },
    { what, own: gateway, against: "bare hono with an insert", theirs: inserting },
    { what: "the same of bare hono with an insert", own: inserting, against: "bare hono", theirs: bare },
    { what: "the same with jobs in memory", own: memory, against: "bare hono", theirs: bare },
  ];
}

/** The p99 of each slice, for each of the servers. */
async function sliced<const Kinds extends readonly string[]>(kinds: Kinds): Promise<{ [K in keyof Kinds]: number[] }> {
  const found = kinds.map((): number[] => []);
  const measured = async (left: readonly string[], loads: readonly Load[]): Promise<void> => {
    const [kind, ...rest] = left;
    if (kind !== undefined) {
      return withServer(kind, async (url) => {
        const load = new Load(url, "/v1/jobs", one);
        await load.open(400);
        await measured(rest, [...loads, load]);
        load.close();
      });
    }
    for (let slice = -WARM_SLICES; slice < runs * SLICES; slice += 1) {
      process.stderr.write(`slice ${slice + 1} of ${runs * SLICES}: p99\n`);
      for (const [at, load] of loads.entries()) {
        const late = await load.latencies(RATE, SLICE_MS);
        if (slice >= 0) found[at]?.push(percentile(late, 0.99));
      }
    }
  };
  await measured(kinds, []);
  return found as { [K in keyof Kinds]: number[] };
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
