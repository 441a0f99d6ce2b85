import { readdirSync, unlinkSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ClosedError, MillraceError, task } from "../../src/index.ts";
import { Folder, appOn, errorsOf } from "./files.ts";
import { started } from "./program.ts";

/** A hundred and more for a long look. */
const APPS = Number(process.env["MILLRACE_APPS"] ?? 40);

const note = task("note", (text: string) => text.length);

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Resolves with how a promise ended, or with `"nothing"` if it did not in time. */
async function endOf(promise: Promise<unknown>, limitMs = 5_000): Promise<unknown> {
  const { promise: late, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => resolve("nothing"), limitMs);
  const end = await Promise.race([
    promise.then(
      () => "accepted",
      (error: unknown) => error,
    ),
    late,
  ]);
  clearTimeout(timer);
  return end;
}

test("a process that sends and does nothing more ends by itself, and its job is there", async () => {
  using folder = new Folder();
  await using program = started("send-and-end", [folder.file()]);
  const id = await program.said(/./);
  const saidAt = performance.now();
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(performance.now() - saidAt).toBeLessThan(2_000);
  expect(program.error).toBe("");
  await using app = appOn(folder.file());
  expect(await app.client().get(id)).toMatchObject({ state: "queued", args: [1] });
});

test("a process killed while it makes the store leaves one that opens", { timeout: 60_000 }, async () => {
  for (let round = 0; round < 12; round += 1) {
    using folder = new Folder();
    {
      await using program = started("open-only", [folder.file()]);
      await program.said(/^opening/);
      await sleep(round);
      program.child.kill("SIGKILL");
      await program.ended();
    }
    await using app = appOn(folder.file());
    const job = await app.client().send(note, "x");
    expect(await job.peek()).toMatchObject({ state: "queued" });
    using database = new DatabaseSync(folder.file());
    expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  }
});

test("apps of different namespaces in one file do not meet", async () => {
  using folder = new Folder();
  await using one = appOn(folder.file(), { namespace: "one" });
  await using two = appOn(folder.file(), { namespace: "two" });
  const sent = await one.client().with({ id: "same" }).send(note, "one");
  await two.client().with({ id: "same" }).send(note, "twotwo");
  const worker = two.worker({ tasks: [note] });
  await worker.start();
  expect(await two.client().job("same").result({ timeout: "5s" })).toBe(6);
  expect(await sent.peek()).toMatchObject({ state: "queued", args: ["one"] });
  expect(await two.client().queues()).toEqual([{ queue: "default", counts: { succeeded: 1 } }]);
  expect(await one.client().queues()).toEqual([{ queue: "default", counts: { queued: 1 } }]);
});

test("opening and closing many apps leaves no descriptor behind", { timeout: 90_000 }, async () => {
  using folder = new Folder();
  const once = async (): Promise<void> => {
    const app = appOn(folder.file());
    await app.client().send(note, "x");
    await app.close();
  };
  for (let round = 0; round < 5; round += 1) await once();
  const [before, memory] = [descriptors(), process.memoryUsage.rss()];
  for (let round = 0; round < APPS; round += 1) await once();
  const grown = (process.memoryUsage.rss() - memory) / 2 ** 20;
  process.stdout.write(`${APPS} apps: ${descriptors() - before} descriptors, ${grown.toFixed(1)} MiB more\n`);
  expect(descriptors() - before).toBeLessThanOrEqual(2);
  expect(grown).toBeLessThan(100);
});

test("closing while sends are under way: each is accepted or refused, and what was accepted is there", async () => {
  using folder = new Folder();
  const app = appOn(folder.file());
  const client = app.client();
  await client.send(note, "first");
  const sends = Array.from({ length: 500 }, (_, at) => client.with({ id: `job-${at}` }).send(note, "x"));
  const closing = app.close();
  const ends = await Promise.all(sends.map((send) => endOf(send)));
  expect(await endOf(closing)).toBe("accepted");
  expect(ends).not.toContain("nothing");
  expect(ends.filter((end) => end !== "accepted" && !(end instanceof ClosedError))).toEqual([]);
  await using again = appOn(folder.file());
  for (const [at, end] of ends.entries()) {
    if (end === "accepted") expect(await again.client().get(`job-${at}`)).toMatchObject({ state: "queued" });
  }
});

test("closing while a wait for a result is under way ends the wait", async () => {
  using folder = new Folder();
  const app = appOn(folder.file());
  const wait = (await app.client().send(note, "x")).result();
  const end = endOf(wait);
  await app.close();
  expect(await end).toBeInstanceOf(ClosedError);
});

describe("the store's file goes away", () => {
  test("while it is open: nothing hangs or crashes, and closing works", async () => {
    using folder = new Folder();
    const app = appOn(folder.file());
    await app.client().send(note, "x");
    for (const name of readdirSync(folder.path)) unlinkSync(folder.file(name));
    const end = await endOf(app.client().send(note, "y"), 12_000);
    expect(end === "accepted" || end instanceof MillraceError).toBe(true);
    expect(await endOf(app.close())).toBe("accepted");
  });
});

describe("a row that the thread cannot read", () => {
  test("a table that somebody dropped is an error to the callers, and the thread lives on", async () => {
    using folder = new Folder();
    const { logger, errors } = errorsOf();
    await using app = appOn(folder.file(), { logger, sendTimeout: "5s" });
    await app.client().send(note, "x");
    {
      using database = new DatabaseSync(folder.file());
      database.exec("DROP TABLE millrace_job");
    }
    await expect(app.client().send(note, "y")).rejects.toBeInstanceOf(MillraceError);
    await expect(app.client().get("x")).rejects.toBeInstanceOf(MillraceError);
    expect(await endOf(app.client().job("x").wait({ timeout: "200ms" }))).toBeInstanceOf(MillraceError);
    expect(errors.filter(({ message }) => message.includes("thread ended"))).toEqual([]);
  });
});
