import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "vitest";
import type { JobContext } from "../../context/index.ts";
import { IsolationError } from "../../errors/index.ts";
import { BodyJob } from "./body-job.ts";
import type { FromBody, ToBody } from "./body-messages.ts";
import { BodyPool } from "./body-pool.ts";
import type { Body } from "./body.ts";
import { IsolatedRun } from "./isolated-run.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A thread as seen from its worker, moved by the test. */
class FakeBody implements Body {
  readonly noun = "thread";
  onMessage: (message: FromBody) => void = () => undefined;
  onOver: (why: string) => void = () => undefined;
  isOver = false;
  killed = false;
  readonly over = new Promise<string>(() => undefined);
  readonly posted: ToBody[] = [];

  post(job: ToBody): void {
    this.posted.push(typeof job === "string" ? job : structuredClone(job));
  }

  kill(): void {
    this.killed = true;
  }

  hold(): void {}

  end(why: string): void {
    this.isOver = true;
    this.onOver(why);
  }
}

function setting(): { readonly bodies: FakeBody[]; readonly run: (...args: readonly unknown[]) => IsolatedRun } {
  const bodies: FakeBody[] = [];
  const pool = new BodyPool("file:///tasks.js", SILENT, () => {
    const body = new FakeBody();
    bodies.push(body);
    setImmediate(() => body.onMessage({ type: "ready" }));
    return body;
  });
  return { bodies, run: (...args) => new IsolatedRun(pool, aJob(), args) };
}

function aJob(): JobContext {
  const facts = { id: "1", task: "t", queue: "default", attempt: 1, crashes: 0, createdAt: 0 };
  return new BodyJob({ ...facts, attemptsAllowed: 1, args: [] }, 1_000, () => undefined).context;
}

/** Until the job is with its body. */
async function begun(body: () => FakeBody | undefined, jobs = 1): Promise<FakeBody> {
  for (;;) {
    const found = body();
    if (found !== undefined && found.posted.length >= jobs) return found;
    await turn();
  }
}

test("a body that is free takes the next job in the same turn", async () => {
  const { bodies, run } = setting();
  const first = run();
  const body = await begun(() => bodies[0]);
  body.onMessage("1");
  assert.equal(await first.done, 1);
  const second = run();
  assert.equal(body.posted.length, 2);
  body.onMessage("");
  assert.equal(await second.done, undefined);
  assert.equal(bodies.length, 1);
});

test("a body that answers after it was ended gets no other job, and the run is done when it is over", async () => {
  const { bodies, run } = setting();
  const ended = run();
  const body = await begun(() => bodies[0]);
  let isDone = false;
  const outcome = ended.done.then(
    () => undefined,
    (error: unknown) => {
      isDone = true;
      return error;
    },
  );
  ended.kill();
  assert.equal(body.killed, true);
  body.onMessage("1");
  await turn();
  assert.equal(isDone, false);
  const next = run();
  const other = await begun(() => bodies[1]);
  body.end("it exited with code 1");
  assert.ok((await outcome) instanceof IsolationError);
  other.onMessage("2");
  assert.equal(await next.done, 2);
});

test("arguments that can neither be encoded nor copied fail the attempt, and the body is free for the next", async () => {
  const { bodies, run } = setting();
  await assert.rejects(run(() => 1).done, /could not be cloned/);
  const next = run(1);
  const body = await begun(() => bodies[0]);
  body.onMessage("3");
  assert.equal(await next.done, 3);
  assert.equal(bodies.length, 1);
});
