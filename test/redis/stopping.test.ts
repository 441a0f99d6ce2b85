import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Program } from "../processes/program.ts";
import { FaultProxy, RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

const FOREVER_MS = -1;

/** A worker process of the kill tests, at this store, with a folder for its ledgers. */
class Worker implements AsyncDisposable {
  readonly program: Program;
  readonly #folder: string;

  private constructor(folder: string, store: string, wish: object) {
    this.#folder = folder;
    const entry = new URL("../kills/programs/worker.ts", import.meta.url);
    this.program = new Program(entry, [folder, JSON.stringify({ store, ...wish })]);
  }

  /** Starts one, and resolves once it reserves jobs. */
  static async start(store: string, wish: object): Promise<Worker> {
    const worker = new Worker(await mkdtemp(join(tmpdir(), "millrace-stopping-")), store, wish);
    await worker.program.said(/^ready/);
    return worker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.kill();
    await rm(this.#folder, { recursive: true });
  }
}

describe.skipIf(await lacking("redis")).concurrent("stopping while the server is away", () => {
  test.each(["refuses", "is silent"])(
    "fault 25: SIGTERM while it %s ends the process in time, and the job runs elsewhere",
    { timeout: 60_000 },
    async (how) => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      await using app = appOn(server.url);
      const wish = { lease: 3_000, grace: 500, concurrency: 1 };
      await using worker = await Worker.start(`redis://127.0.0.1:${proxy.port}`, wish);
      const job = await app.client().send("orphan");
      await worker.program.said(/^started/);
      if (how === "refuses") await proxy.refuse();
      else proxy.silence();
      worker.program.signal("SIGTERM");
      const { signal } = await worker.program.ended();
      expect(signal).toBeNull();
      await using other = await Worker.start(server.url, wish);
      expect(await job.result({ timeout: "20s" })).toBe(other.program.pid);
      expect(await job.peek()).toMatchObject({ attempt: 1, crashes: 1 });
    },
  );

  test("fault 25: a second SIGTERM ends it at once, and nothing is lost", { timeout: 60_000 }, async () => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await using app = appOn(server.url);
    await using worker = await Worker.start(`redis://127.0.0.1:${proxy.port}`, {
      lease: 3_000,
      grace: 60_000,
      concurrency: 1,
    });
    const job = await app.client().send("steady", FOREVER_MS);
    await worker.program.said(/^started/);
    proxy.silence();
    // Two at once are one to the kernel.
    const again = setInterval(() => worker.program.signal("SIGTERM"), 300);
    const sentAt = performance.now();
    await worker.program.ended();
    clearInterval(again);
    expect(performance.now() - sentAt).toBeLessThan(15_000);
    await using other = await Worker.start(server.url, { lease: 3_000, concurrency: 1 });
    await other.program.said(new RegExp(`^started ${job.id}`));
    expect(await job.peek()).toMatchObject({ state: "running", crashes: 1 });
  });
});
