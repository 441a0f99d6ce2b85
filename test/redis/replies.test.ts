import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type JobHandle, StoreFullError, StoreUnavailableError, task } from "../../src/index.ts";
import { type Fault, FaultProxy, RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

const isScript = ([name = ""]: readonly string[]): boolean => /^(EVALSHA|EVAL|FCALL)$/i.test(name);

/** How often a client may ask again in a second and a half without being a storm. */
const STORM = 300;

function numbers(from: number, to: number): [number][] {
  return Array.from({ length: to - from }, (_, at): [number] => [from + at]);
}

describe.skipIf(await lacking("redis")).concurrent("replies that say: not now", () => {
  test.each<[string, Fault]>([
    ["READONLY", { answer: "-READONLY You can't write against a read only replica.\r\n" }],
    ["LOADING", { answer: "-LOADING Redis is loading the dataset in memory\r\n" }],
    ["BUSY", { answer: "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n" }],
    ["CLUSTERDOWN", { answer: "-CLUSTERDOWN The cluster is down\r\n" }],
    ["MASTERDOWN", { answer: "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n" }],
    ["TRYAGAIN", { answer: "-TRYAGAIN Multiple keys request during rehashing of slot\r\n" }],
    ["NOREPLICAS", { answer: "-NOREPLICAS Not enough good replicas to write.\r\n" }],
    ["MISCONF", { answer: "-MISCONF Errors writing to the AOF file: No space left on device\r\n" }],
    ["OOM", { answer: "-OOM command not allowed when used memory > 'maxmemory'.\r\n" }],
    ["a connection that breaks before the command", "reset"],
    ["a connection that breaks after it", "lose"],
    ["a connection that breaks in the middle of the reply", "cut"],
  ])("fault 9: %s is waited out, without a crash, a storm or a loss", async (name, fault) => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await using app = appOn(`redis://127.0.0.1:${proxy.port}`, { sendTimeout: "20s" });
    const runs: number[] = [];
    const note = task("note", async (number: number) => {
      runs.push(number);
      await sleep(50);
      return number;
    });
    const worker = app.worker({ tasks: [note], queues: { default: 4 }, lease: "10s" });
    const errors: unknown[] = [];
    worker.on("error", ({ error }) => errors.push(error));
    const started = new Promise((resolve) => worker.on("started", resolve));
    await worker.start();
    const client = app.client();
    const before = await client.sendMany(note, numbers(0, 20));
    await started;
    proxy.rule = (command) => (isScript(command) ? fault : undefined);
    const send = (number: number): Promise<JobHandle<number>> => client.with({ id: `at-${number}` }).send(note, number);
    const sending = Promise.allSettled(numbers(20, 30).map(([number]) => send(number)));
    await sleep(1_500);
    proxy.rule = undefined;
    const met = proxy.faults;
    expect(met).toBeGreaterThan(0);
    expect(met).toBeLessThan(STORM);
    expect(proxy.connections).toBeLessThan(STORM);
    const refusals = (await sending).flatMap((sent) => (sent.status === "rejected" ? [sent.reason as unknown] : []));
    // That a server is full is for the caller to know, and does not pass by itself.
    expect(refusals).toHaveLength(name === "OOM" || name === "MISCONF" ? 10 : 0);
    const after = await Promise.all(numbers(20, 31).map(([number]) => send(number)));
    const jobs = [...before, ...after];
    const results = await Promise.all(jobs.map((job) => job.result({ timeout: "25s" })));
    expect(results).toEqual(numbers(0, 31).flat());
    expect(runs.toSorted((a, b) => a - b)).toEqual(results);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of [...errors, ...refusals]) {
      expect([StoreUnavailableError, StoreFullError]).toContain((error as Error).constructor);
    }
    for (const job of jobs) expect(await job.peek()).toMatchObject({ state: "succeeded", attempt: 1, crashes: 0 });
  });

  test("fault 24: a command that the network repeats makes no second job and no second outcome", async () => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await using app = appOn(`redis://127.0.0.1:${proxy.port}`);
    await using watcher = appOn(server.url);
    const runs: number[] = [];
    const note = task("note", (number: number) => {
      runs.push(number);
      return number;
    });
    proxy.rule = (command) => (isScript(command) ? "twice" : undefined);
    const worker = app.worker({ tasks: [note], queues: { default: 3 }, lease: "1s" });
    await worker.start();
    const jobs = await app.client().sendMany(
      note,
      Array.from({ length: 30 }, (_, at): [number] => [at]),
    );
    const results = await Promise.all(
      jobs.map(({ id }) => watcher.client().job<number>(id).result({ timeout: "30s" })),
    );
    expect(results).toEqual(Array.from({ length: 30 }, (_, at) => at));
    expect(proxy.faults).toBeGreaterThan(2);
    const [queue] = await watcher.client().queues();
    expect(queue?.counts).toEqual({ succeeded: 30 });
    expect([...runs].toSorted((a, b) => a - b)).toEqual(results);
  });
});
