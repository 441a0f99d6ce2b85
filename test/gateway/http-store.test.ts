import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createToken } from "../../src/gateway/index.ts";
import { ForbiddenError, Millrace, PayloadTooLargeError, QueueFullError, task } from "../../src/index.ts";
import { SILENT, until } from "../features/settings.ts";
import { type Served, folder, served } from "./served.ts";

function over({ url }: Served, token?: string): Millrace {
  const app = new Millrace({ store: url, logger: SILENT, ...(token === undefined ? {} : { token }) });
  onTestFinished(() => app.close());
  return app;
}

test("of sends that travel together, one that is refused fails alone", async () => {
  const path = join(folder(), "tokens.json");
  const { token } = createToken(path, { name: "a", scopes: ["send", "read"], queues: ["a"] });
  const client = over(await served(undefined, { tokens: path }), token).client();
  const outcomes = await Promise.allSettled([
    client.with({ queue: "a" }).send("t", 1),
    client.with({ queue: "b" }).send("t", 2),
    client.with({ queue: "a" }).send("t", 3),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: expect.any(ForbiddenError) });
  expect((await client.list({ queue: "a" })).jobs).toHaveLength(2);
});

test("a queue that is full is said at once, and to who sends to it", async () => {
  const of = await served(undefined, { maxBacklog: 1 });
  const client = over(of).client();
  await client.send("t");
  const [full, other] = await Promise.allSettled([client.send("t"), client.with({ queue: "other" }).send("t")]);
  expect(full).toMatchObject({ status: "rejected", reason: expect.any(QueueFullError) });
  expect(other.status).toBe("fulfilled");
});

test("what is larger than a request goes in several, and what no request can hold is refused", async () => {
  const of = await served(undefined, { maxBodyBytes: 10_000 });
  const client = over(of).client();
  const jobs = await client.sendMany(
    "t",
    Array.from({ length: 50 }, (_, n) => [n, "x".repeat(1_000)]),
  );
  expect((await client.getMany(jobs.map(({ id }) => id))).map((record) => record?.args[0])).toEqual(
    Array.from({ length: 50 }, (_, n) => n),
  );
  await expect(client.send("t", "x".repeat(10_000))).rejects.toThrow(PayloadTooLargeError);
});

test(
  "many waits share few requests, and a gateway that goes away and comes back ends none",
  { timeout: 60_000 },
  async () => {
    const store = `sqlite:${join(folder(), "jobs.db")}`;
    const of = await served(store);
    const app = over(of);
    const jobs = await app.client().sendMany(
      "t",
      Array.from({ length: 300 }, (_, n) => [n]),
    );
    const results = jobs.map((job) => job.result({ timeout: "50s" }));
    await app.client().get(jobs[0]!.id);
    await of.gateway.close();
    const { port } = new URL(of.url);
    await of.app.gateway({ address: `127.0.0.1:${port}` });
    await of.app.worker({ tasks: [task("t", (n: number) => n)], queues: { default: 100 } }).start();
    expect(await Promise.all(results)).toEqual(jobs.map((_, n) => n));
  },
);

test("progress and attempts of a running job are seen from afar", async () => {
  const of = await served();
  const client = over(of).client();
  const steady = task("steady", async () => {
    const { context } = await import("../../src/index.ts");
    context().progress({ half: true });
    context().log("on the way");
    await new Promise<void>((resolve) => {
      context().signal.addEventListener("abort", () => resolve());
    });
  });
  await of.app.worker({ tasks: [steady] }).start();
  const job = await client.send("steady");
  const record = await until(async () => {
    const seen = await job.peek();
    return seen?.progress === undefined ? undefined : seen;
  });
  expect(record).toMatchObject({
    state: "running",
    attempt: 1,
    progress: { half: true },
    log: [{ message: "on the way" }],
  });
  expect(await job.cancel()).toBe("running");
});
