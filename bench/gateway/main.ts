import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startRedis } from "../bases/redis.ts";
import { millrace } from "../measuring/built.ts";
import { shortOptions } from "../measuring/short-options.ts";
import { type Comparison, comparisonTable, conditionsLine } from "../reporting/comparison.ts";
import { thisMachine } from "../reporting/machine.ts";
import { BenchServer } from "./bench-server.ts";
import { Load } from "./load.ts";
import { RATE, Sliced } from "./sliced.ts";

/*
 * What the gateway costs: against a bare hono route, and against sending directly. `--runs 5`, `--only WORD`.
 */
const { runs, only } = shortOptions();

const MEASURE_MS = 3_000;
/** V8 compiles most of a server's code within its first hundred thousand requests, on cores that the server needs. */
const WARM_MS = 5_000;
/** As long as that, a hundred jobs a request would fill the backlog that a gateway lets in. */
const SHORT_WARM_MS = 1_000;
/** Latency is measured in slices of a second, so many for each run, after so many in which a server comes to rest. */
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
    ours: async () => 100 * (await rate("gateway", hundred, { connections: 4, warmMs: SHORT_WARM_MS })),
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

async function rate(kind: string, body: string, { connections = CONNECTIONS, warmMs = WARM_MS } = {}): Promise<number> {
  await using server = await BenchServer.start(kind);
  const load = new Load(server.url, "/v1/jobs", body);
  await load.open(connections);
  await load.perSecond(warmMs);
  const perSecond = await load.perSecond(MEASURE_MS);
  load.close();
  return perSecond;
}

/** The servers stand beside each other and are asked in turn, a slice each, so that a slow moment of the machine meets all. */
async function latencies(): Promise<Comparison[]> {
  await using gateway = await Sliced.start("gateway", one);
  await using bare = await Sliced.start("bare", one);
  await using inserting = await Sliced.start("inserting", one);
  await using memory = await Sliced.start("memory", one);
  await using base = await startRedis();
  await using redis = await Sliced.start("redis", one, base.address.url);
  for (let slice = -WARM_SLICES; slice < runs * SLICES; slice += 1) {
    process.stderr.write(`slice ${slice + 1} of ${runs * SLICES}: p99\n`);
    for (const each of [gateway, bare, inserting, memory, redis]) await each.measure(slice >= 0);
  }
  const p99 = `p99 at ${RATE.toLocaleString("en")} requests/s, ms`;
  const target = { atMost: 2 };
  return [
    { what: `${p99}, jobs in memory`, own: memory.p99, against: "bare hono", theirs: bare.p99, target },
    { what: `${p99}, jobs on Redis`, own: redis.p99, against: "bare hono", theirs: bare.p99, target },
    { what: `${p99}, jobs on SQLite`, own: gateway.p99, against: "bare hono", theirs: bare.p99, target },
    { what: `${p99}, jobs on SQLite`, own: gateway.p99, against: "bare hono with an insert", theirs: inserting.p99 },
    { what: `${p99}, bare hono with an insert`, own: inserting.p99, against: "bare hono", theirs: bare.p99 },
  ];
}

async function direct(): Promise<number> {
  const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "millrace-bench-"));
  try {
    await using app = new millrace.Millrace({ store: `sqlite:${join(folder, "jobs.db")}` });
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
    await send(SHORT_WARM_MS);
    return await send(MEASURE_MS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function streams(count: number): Promise<number> {
  await using server = await BenchServer.start("gateway");
  const { url } = server;
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
  await pause(5_000);
  const rss = await server.memory();
  for (const socket of sockets) socket.destroy();
  return rss / 2 ** 20;
}
