import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { Millrace } from "../../src/index.ts";

/*
 * One server in a process of its own: node server.ts bare|gateway. Says its URL to its parent, and its memory when asked.
 *
 *   bare      a hono route that parses the same JSON and answers as much
 *   gateway   the gateway, on a new SQLite file with every safety on
 */
const [kind = ""] = process.argv.slice(2);
const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "millrace-bench-"));

process.on("message", () =>
  process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage(), main: process.threadCpuUsage() }),
);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.on("disconnect", () => process.exit());

if (kind === "bare") {
  const app = new Hono();
  let sent = 0;
  app.post("/v1/jobs", async (context) => {
    const body: unknown = await context.req.json();
    sent += typeof body === "object" ? 1 : 0;
    return context.json({ id: `0mwq2s6ehh5nq5tcbb2n${String(sent).padStart(4, "0")}`, existed: false }, 201);
  });
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
    process.send?.({ url: `http://127.0.0.1:${port}` }),
  );
} else {
  const app = new Millrace({ store: `sqlite:${join(folder, "jobs.db")}` });
  const gateway = await app.gateway({ address: "127.0.0.1:0", ownProcess: true });
  process.send?.({ url: gateway.url });
}
