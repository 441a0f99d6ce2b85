import { describe, expect, test } from "vitest";
import { memory } from "../../src/drivers/memory/index.ts";
import { type AnyTask, StoreUnavailableError, context, task } from "../../src/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import { SILENT, gate, until } from "../features/settings.ts";
import { STORES, type Served, events, served } from "./served.ts";

const add = task("add", (a: number, b: number) => a + b);
const boom = task("boom", (): never => {
  throw new TypeError("it broke");
});

/** Workers are apps of their own elsewhere; here one beside the gateway will do. */
async function work(of: Served, ...tasks: readonly AnyTask[]): Promise<void> {
  await of.app.worker({ tasks, name: "w1", lease: "600ms" }).start();
}

describe.each(STORES)("on $name", ({ store }) => {
  test("one job is sent, waited for and read", async () => {
    const of = await served(store());
    const sent = await of.post("/v1/jobs", { task: "add", args: [12, 33] });
    expect(sent.status).toBe(201);
    expect(sent.body).toEqual({ id: expect.stringMatching(/^[0-9a-z]{24}$/), existed: false });
    const { id } = sent.body;
    expect((await of.get(`/v1/jobs/${id}`)).body).toMatchObject({ id, task: "add", state: "queued", args: [12, 33] });
    expect((await of.get(`/v1/jobs/${id}/result`)).body).toEqual({
      exists: false,
      success: false,
      result: null,
      state: "queued",
    });
    const waiting = of.get(`/v1/jobs/${id}/result?wait=20s`);
    await work(of, add);
    expect((await waiting).body).toEqual({ exists: true, success: true, result: 45, state: "succeeded" });
    expect((await of.get(`/v1/jobs/${id}?wait=1s`)).body).toMatchObject({ state: "succeeded", result: 45, attempt: 1 });
  });

  test("up to 1,000 jobs are sent at once, all of them or none", async () => {
    const of = await served(store());
    const jobs = Array.from({ length: 1_000 }, (_, n) => ({
      task: "add",
      args: [n, 1],
      id: `job-${n}`,
      queue: n % 2 ? "a" : "b",
    }));
    const sent = await of.post("/v1/jobs", { jobs });
    expect(sent.status).toBe(201);
    expect(sent.body.jobs).toEqual(jobs.map(({ id }) => ({ id, existed: false })));
    expect((await of.post("/v1/jobs", { jobs })).status).toBe(200);
    expect((await of.get("/v1/queues")).body.queues).toEqual([
      { queue: "a", counts: { queued: 500 } },
      { queue: "b", counts: { queued: 500 } },
    ]);
    const bad = await of.post("/v1/jobs", {
      jobs: [
        { task: "add", id: "good" },
        { task: "add", runAfter: "soon" },
      ],
    });
    expect([bad.status, bad.body.code]).toEqual([422, "ERR_CONFIGURATION"]);
    expect((await of.get("/v1/jobs/good")).status).toBe(404);
    expect((await of.post("/v1/jobs", { jobs: [...jobs, { task: "add" }] })).status).toBe(400);
  });

  test("every option of a send arrives where it belongs", async () => {
    const of = await served(store());
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    const sent = await of.post(
      "/v1/jobs",
      {
        task: "later",
        args: [{ $key: 1 }, "ü"],
        id: "mine",
        queue: "slow",
        priority: 7,
        runAt,
        expireAfter: "2h",
        timeout: "5s",
        hang: 100,
        retries: ["5s", "8s", "9s"],
        retryOn: "timeout",
        retention: { status: "31d", result: "none" },
        attemptsKept: 3,
        delivery: "at-least-once",
        meta: { tenant: "t", __proto__: { x: 1 } },
      },
      { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    );
    expect(sent.body).toEqual({ id: "mine", existed: false });
    const job = (await of.get("/v1/jobs/mine")).body;
    expect(job).toMatchObject({
      queue: "slow",
      priority: 7,
      state: "scheduled",
      runAt,
      meta: { tenant: "t" },
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    expect(Date.parse(job.expireAt) - Date.parse(job.createdAt)).toBe(7_200_000);
    const record = await of.app.client().get("mine");
    expect(record?.args).toEqual([{ $key: 1 }, "ü"]);
  });

  test("a list of intervals makes exactly so many attempts, and the end can be read", async () => {
    const of = await served(store());
    await work(of, boom);
    const { body } = await of.post("/v1/jobs", { task: "boom", retries: [10, "20ms", 30] });
    const result = (await of.get(`/v1/jobs/${body.id}/result?wait=20s`)).body;
    expect(result).toMatchObject({ exists: true, success: false, result: null, state: "failed" });
    expect(result.error).toMatchObject({ name: "TypeError", message: "it broke" });
    expect((await of.get(`/v1/jobs/${body.id}`)).body.attempts).toHaveLength(4);
  });

  test("the same Idempotency-Key makes one job; with another job it is a mistake", async () => {
    const of = await served(store());
    const headers = { "idempotency-key": "order 17" };
    const first = await of.post("/v1/jobs", { task: "add", args: [1, 2] }, headers);
    const again = await of.post("/v1/jobs", { task: "add", args: [1, 2] }, headers);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual({ id: first.body.id, existed: true });
    const other = await of.post("/v1/jobs", { task: "add", args: [1, 3] }, headers);
    expect([other.status, other.body.code]).toEqual([422, "ERR_REQUEST_INVALID"]);
    const many = {
      jobs: [
        { task: "add", args: [1, 2] },
        { task: "add", args: [3, 4] },
      ],
    };
    const key = { "idempotency-key": "batch" };
    expect((await of.post("/v1/jobs", many, key)).body.jobs.map(({ existed }) => existed)).toEqual([false, false]);
    expect((await of.post("/v1/jobs", many, key)).body.jobs.map(({ existed }) => existed)).toEqual([true, true]);
    expect((await of.get("/v1/jobs")).body.jobs).toHaveLength(3);
    expect((await of.post("/v1/jobs", { task: "add" }, { "idempotency-key": "x".repeat(256) })).status).toBe(400);
  });

  test("values come and go exactly: whole numbers beyond 2^53, keys with $, any text", async () => {
    const of = await served(store());
    await work(
      of,
      task("echo", (...values: unknown[]) => values),
    );
    const text =
      '["Grüße,\\n\\u0000 \\ud800 \\u2028 \u{1f600}",9007199254740993,{"$bigint":"-18446744073709551617"},{"$$k":[null,-0.5,1e21]}]';
    const { body } = await of.post("/v1/jobs", `{"task":"echo","args":${text}}`);
    const { result } = (await of.get(`/v1/jobs/${body.id}/result?wait=20s`)).body;
    expect(result).toEqual([
      "Grüße,\n\u0000 \ud800 \u2028 \u{1f600}",
      { $bigint: "9007199254740993" },
      { $bigint: "-18446744073709551617" },
      { $$k: [null, -0.5, 1e21] },
    ]);
    const record = await of.app.client().get(body.id);
    expect(record?.args).toEqual([
      "Grüße,\n\u0000 \ud800 \u2028 \u{1f600}",
      9007199254740993n,
      -18446744073709551617n,
      { $k: [null, -0.5, 1e21] },
    ]);
    expect((await of.post("/v1/jobs", '{"task":"echo","args":[1e400]}')).body.code).toBe("ERR_PAYLOAD");
    expect((await of.post("/v1/jobs", '{"task":"echo","args":[{"$bigint":"1.5"}]}')).status).toBe(400);
    expect((await of.post("/v1/jobs", `{"task":"echo","args":["${"x".repeat(1_048_600)}"]}`)).body.code).toBe(
      "ERR_PAYLOAD_TOO_LARGE",
    );
  });

  test("jobs are listed by queue, state and task, a page at a time", async () => {
    const of = await served(store());
    await of.post("/v1/jobs", { jobs: Array.from({ length: 7 }, (_, n) => ({ task: n % 2 ? "a" : "b", queue: "q" })) });
    await of.post("/v1/jobs", { task: "a", runAfter: "1h" });
    const first = (await of.get("/v1/jobs?queue=q&limit=5")).body;
    expect(first.jobs).toHaveLength(5);
    expect((await of.get(`/v1/jobs?queue=q&limit=5&cursor=${first.cursor}`)).body.jobs).toHaveLength(2);
    expect((await of.get("/v1/jobs?state=scheduled&task=a")).body.jobs).toHaveLength(1);
    for (const query of ["limit=0", "limit=1001", "limit=x", "state=done", "colour=red", "limit=1&limit=2"]) {
      expect([query, [400, 422].includes((await of.get(`/v1/jobs?${query}`)).status)]).toEqual([query, true]);
    }
  });

  test("many jobs are read at once, those that are unknown as null", async () => {
    const of = await served(store());
    await of.post("/v1/jobs", { task: "add", id: "a/b ?".replaceAll(" ", "_") });
    const { body } = await of.post("/v1/jobs/read", { ids: ["none", "a/b_?"] });
    expect(body.jobs[0]).toBeNull();
    expect(body.jobs[1]).toMatchObject({ id: "a/b_?", task: "add" });
    expect((await of.get(`/v1/jobs/${encodeURIComponent("a/b_?")}`)).body.id).toBe("a/b_?");
  });

  test("a waiting job is cancelled at once, a running one is told, many are answered one by one", async () => {
    const of = await served(store());
    const told = gate();
    const begun = gate();
    const hold = task("hold", async () => {
      const { signal } = context();
      begun.open();
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
      });
      told.open();
      throw signal.reason;
    });
    const waiting = (await of.post("/v1/jobs", { task: "none" })).body.id;
    expect((await of.post(`/v1/jobs/${waiting}/cancel`)).body).toEqual({ id: waiting, state: "cancelled" });
    await work(of, hold);
    const running = (await of.post("/v1/jobs", { task: "hold" })).body.id;
    await begun.opened;
    const answer = await of.post("/v1/jobs/cancel", { ids: [running, "none", waiting], retention: "forever" });
    expect(answer.body).toEqual({ states: ["running", null, "cancelled"] });
    await told.opened;
    expect((await of.get(`/v1/jobs/${running}/result?wait=20s`)).body.state).toBe("cancelled");
    expect((await of.post("/v1/jobs/none/cancel")).status).toBe(404);
  });

  test("waiting for many jobs is answered when one of them has ended, at once for one that is unknown", async () => {
    const of = await served(store());
    const end = gate();
    await work(
      of,
      add,
      task("held", () => end.opened),
    );
    const quick = (await of.post("/v1/jobs", { task: "add", args: [1, 2] })).body.id;
    const held = (await of.post("/v1/jobs", { task: "held" })).body.id;
    const first = (await of.post("/v1/jobs/wait", { ids: [quick, held] })).body;
    expect(first.jobs).toEqual([{ id: quick, job: expect.objectContaining({ result: 3 }) }]);
    expect(first.waiting).toEqual([held]);
    expect((await of.post("/v1/jobs/wait", { ids: ["none", held] })).body.jobs).toEqual([{ id: "none", job: null }]);
    expect((await of.post("/v1/jobs/wait", { ids: [held], timeout: 20 })).body).toEqual({ jobs: [], waiting: [held] });
    expect((await of.post("/v1/jobs/wait", { ids: [held], timeout: "2m" })).status).toBe(400);
    end.open();
  });

  test("a stream tells of every job that ends, and ends with the last", async () => {
    const of = await served(store());
    await work(of, add);
    const { jobs } = (
      await of.post("/v1/jobs", { jobs: Array.from({ length: 50 }, (_, n) => ({ task: "add", args: [n, 1] })) })
    ).body;
    const ids = jobs.map(({ id }) => id);
    const response = await fetch(`${of.url}/v1/jobs/wait`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ ids: [...ids, "none"], timeout: "60s" }),
    });
    const told = new Set<unknown>();
    let last = "";
    for await (const { name, data } of events(response)) {
      if (name === "job") told.add(data["id"]);
      last = name;
    }
    expect(told).toEqual(new Set([...ids, "none"]));
    expect(last).toBe("end");
  });

  test("a job is followed: its states, progress and log lines, to its end", async () => {
    const of = await served(store());
    const steps = [gate(), gate(), gate()];
    const busy = task("busy", async () => {
      const job = context();
      for (const [at, step] of steps.entries()) {
        job.progress({ at, big: 2n ** 60n });
        job.log(`line ${at}`);
        await step.opened;
      }
      return "done";
    });
    const { id } = (await of.post("/v1/jobs", { task: "busy" })).body;
    const response = await fetch(`${of.url}/v1/jobs/${id}/events`);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const seen: { name: string; data: Record<string, unknown> }[] = [];
    const states: unknown[] = [];
    await work(of, busy);
    for await (const event of events(response)) {
      seen.push(event);
      if (event.name === "state") states.push(event.data["state"]);
      const { message } = event.data;
      if (event.name === "log") steps[Number(String(message).slice(-1))]?.open();
    }
    expect(states).toEqual(["queued", "running", "succeeded"]);
    expect(seen.filter(({ name }) => name === "log").map(({ data }) => data["message"])).toEqual([
      "line 0",
      "line 1",
      "line 2",
    ]);
    expect(seen.findLast(({ name }) => name === "progress")?.data).toEqual({
      progress: { at: 2, big: { $bigint: "1152921504606846976" } },
    });
    expect(seen.at(-1)).toMatchObject({ name: "end", data: { id, state: "succeeded", result: "done" } });
    expect((await of.get("/v1/jobs/none/events")).status).toBe(404);
    const after = await fetch(`${of.url}/v1/jobs/${id}/events`);
    const names: string[] = [];
    for await (const { name } of events(after)) names.push(name);
    expect(names).toEqual(["state", "progress", "log", "log", "log", "end"]);
  });

  test("dead letters are listed, replayed and purged", async () => {
    const of = await served(store());
    await work(of, boom);
    const { jobs } = (await of.post("/v1/jobs", { jobs: [1, 2, 3].map(() => ({ task: "boom", retries: 0 })) })).body;
    const [one, two] = jobs.map(({ id }) => id);
    await until(async () => (await of.get("/v1/dead")).body.jobs.length === 3);
    expect((await of.get("/v1/dead?task=other")).body.jobs).toEqual([]);
    const replayed = (await of.post("/v1/dead/replay", { ids: [one, "none"] })).body;
    expect([replayed.count, replayed.jobs[0]?.id]).toEqual([1, one]);
    await until(async () => (await of.get("/v1/dead")).body.jobs.length === 3);
    expect((await of.post("/v1/dead/purge", { ids: [two, "none"] })).body).toEqual({ count: 1 });
    expect((await of.post("/v1/dead/replay", { all: true, task: "other" })).body).toEqual({ count: 0 });
    expect((await of.post("/v1/dead/purge", { all: true })).body).toEqual({ count: 2 });
    expect((await of.post("/v1/dead/purge", {})).status).toBe(400);
    expect((await of.post("/v1/dead/replay", { all: false })).status).toBe(400);
  });

  test("a queue is paused, resumed and drained", async () => {
    const of = await served(store());
    await work(of, add);
    expect((await of.post("/v1/queues/default/pause")).body).toEqual({ queue: "default", paused: true });
    const { id } = (await of.post("/v1/jobs", { task: "add", args: [1, 1] })).body;
    await of.post("/v1/jobs", {
      jobs: [
        { task: "add", args: [1, 2], runAfter: "1h" },
        { task: "add", args: [1, 2], queue: "other" },
      ],
    });
    expect((await of.get("/v1/queues/default")).body).toEqual({
      queue: "default",
      paused: true,
      counts: { queued: 1, scheduled: 1 },
    });
    expect((await of.get(`/v1/jobs/${id}?wait=100ms`)).body.state).toBe("queued");
    expect((await of.post("/v1/queues/default/resume")).body).toEqual({ queue: "default", paused: false });
    expect((await of.get(`/v1/jobs/${id}/result?wait=20s`)).body.result).toBe(2);
    expect((await of.post("/v1/queues/default/drain")).body).toEqual({ queue: "default", cancelled: 1 });
    expect((await of.get("/v1/queues/default")).body.counts).toEqual({ succeeded: 1, cancelled: 1 });
    expect((await of.get("/v1/queues/other")).body.counts).toEqual({ queued: 1 });
    expect((await of.post(`/v1/queues/${encodeURIComponent("no queue")}/pause`)).status).toBe(422);
  });

  test("workers and their tasks are known while they are alive", async () => {
    const of = await served(store());
    expect((await of.get("/v1/workers")).body).toEqual({ workers: [] });
    const worker = of.app.worker({ tasks: [add, boom], queues: { web: 3, default: 1 }, name: "w1" });
    await worker.start();
    await until(async () => (await of.get("/v1/workers")).body.workers.length === 1);
    expect((await of.get("/v1/workers")).body.workers[0]).toMatchObject({
      name: "w1",
      queues: { web: 3, default: 1 },
      tasks: ["add", "boom"],
      pid: process.pid,
    });
    expect((await of.get("/v1/tasks")).body.tasks).toEqual([
      { task: "add", queues: ["default", "web"], workers: ["w1"] },
      { task: "boom", queues: ["default", "web"], workers: ["w1"] },
    ]);
    await worker.stop();
    expect((await of.get("/v1/workers")).body).toEqual({ workers: [] });
  });

  test("a mistake in a request is told with what is meant and what is missing", async () => {
    const of = await served(store());
    const detail = async (body: unknown): Promise<string> => (await of.post("/v1/jobs", body)).body.detail;
    expect(await detail({ tsk: "t" })).toBe('the body: there is no "tsk"; did you mean "task"?');
    expect(await detail({})).toBe("the body, task: expected string, and it is missing");
    expect(await detail({ task: "t", args: { a: 1 } })).toBe("the body, args: expected array, received object");
    const other = await of.gateway.fetch(new Request(`${of.url}/v1/jobs`, { method: "DELETE" }));
    expect([other.status, other.headers.get("allow")]).toEqual([405, "POST, GET"]);
    expect(await other.json()).toMatchObject({ detail: "DELETE is not for this path; use POST, GET" });
  });

  test("it says what it is, that it lives, and that it is ready", async () => {
    const of = await served(store(), {}, { namespace: "shop" });
    expect((await of.get("/v1")).body).toMatchObject({
      service: "millrace",
      namespace: "shop",
      caller: { name: "anonymous", scopes: ["send", "read", "admin"] },
    });
    expect((await of.get("/health")).body).toEqual({ status: "ok" });
    expect(await of.get("/ready")).toMatchObject({ status: 200, body: { ready: true } });
  });
});

test("it is red while the store reserves nothing, and green again after", { timeout: 90_000 }, async () => {
  const own = memory.store!({
    location: "",
    parameters: {},
    namespace: "millrace",
    durability: "full",
    logger: SILENT,
    clock: systemClock,
  });
  let broken = false;
  const store = new Proxy(own, {
    get: (target, name) => {
      if (broken && name === "exchange") return () => Promise.reject(new StoreUnavailableError("gone"));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const of = await served(store);
  const ready = (status: number): Promise<boolean> =>
    until(async () => {
      const answer = await of.get("/ready");
      return answer.status === status && answer.body.ready === (status === 200);
    }, 40_000);
  expect(await ready(200)).toBe(true);
  broken = true;
  expect(await ready(503)).toBe(true);
  expect((await of.get("/health")).status).toBe(200);
  broken = false;
  expect(await ready(200)).toBe(true);
});
