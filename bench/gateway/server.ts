import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { millrace } from "../measuring/built.ts";

/*
 * One server in a process of its own: node server.ts KIND [URL]. Says its URL to its parent, and its memory when asked.
 *
 *   bare        a hono route that parses the same JSON and answers as much
 *   inserting   the same route, which first inserts a row into a new SQLite file, as durably as the gateway does
 *   gateway     the gateway, on a new SQLite file with every safety on
 *   memory      the gateway, with jobs in memory, as far from a disk as the bare route
 *   redis       the gateway, on the Redis server at URL
 */
const [kind = "", url = ""] = process.argv.slice(2);
const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "millrace-bench-"));
/** Connections that have nothing to do while another server has its turn are kept. */
const KEEP_MS = 65_000;
const STORES = new Map([
  ["gateway", `sqlite:${join(folder, "jobs.db")}`],
  ["memory", "memory:"],
  ["redis", url],
]);

process.on("message", () =>
  process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage(), main: process.threadCpuUsage() }),
);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.on("disconnect", () => process.exit());

const store = STORES.get(kind);
if (store !== undefined) {
  const app = new millrace.Millrace({ store });
  const gateway = await app.gateway({ address: "127.0.0.1:0", ownProcess: true });
  process.send?.({ url: gateway.url });
} else {
  const keep = kind === "inserting" ? inserting() : undefined;
  const app = new Hono();
  let sent = 0;
  app.post("/v1/jobs", async (context) => {
    const body: unknown = await context.req.json();
    sent += typeof body === "object" ? 1 : 0;
    const id = `0mwq2s6ehh5nq5tcbb2n${String(sent).padStart(4, "0")}`;
    keep?.(id, JSON.stringify(body));
    return context.json({ id, existed: false }, 201);
  });
  const serverOptions = { keepAliveTimeout: KEEP_MS };
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1", serverOptions }, ({ port }) =>
    process.send?.({ url: `http://127.0.0.1:${port}` }),
  );
}

/** On the thread that answers, which is the shortest way there is, and which stands still meanwhile. */
function inserting(): (id: string, body: string) => void {
  const database = new DatabaseSync(join(folder, "jobs.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec("CREATE TABLE job (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO job (id, body) VALUES (?, ?)");
  return (id, body) => void insert.run(id, body);
}
