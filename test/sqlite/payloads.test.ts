import assert from "node:assert/strict";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type JobRecord,
  ConfigurationError,
  type Millrace,
  MillraceError,
  PayloadError,
  PayloadTooLargeError,
  context,
  task,
} from "../../src/index.ts";
import { Folder, appOn } from "./files.ts";

const MOST_BYTES = 1_048_576;
const NESTED = 499;

/** What the tasks below do when they run; each is told by number which it is to be. */
const bodies: (() => unknown)[] = [];
/** Ends that callbacks were told of, by job. */
const told = new Map<string, unknown>();

const echo = task("echo", (...args: never[]) => args as unknown as 0, {
  onEnd: ({ id, args, value }) => told.set(id, [args, value]),
});
const act = task("act", (number: number) => bodies[number]?.() as 0, { backoff: "none" });

let folder: Folder;
let app: Millrace;

beforeAll(async () => {
  folder = new Folder();
  app = appOn(folder.file());
  await app.worker({ tasks: [echo, act] }).start();
});

afterAll(async () => {
  await app.close();
  folder[Symbol.dispose]();
});

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Sends as from JavaScript, where no type holds anybody back. */
async function send(...args: readonly unknown[]): Promise<string> {
  return (await app.client().send("echo", ...args)).id;
}

/** How a task ends that does this. */
function endOf(body: () => unknown): Promise<JobRecord> {
  const number = bodies.push(body) - 1;
  return app
    .client()
    .send(act, number)
    .then((job) => job.wait({ timeout: "30s" }));
}

/** The worker is well: it runs the next job as if nothing had been. */
async function goesOn(): Promise<void> {
  expect(
    await app
      .client()
      .job(await send("next"))
      .result({ timeout: "30s" }),
  ).toEqual(["next"]);
}

const pollution = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}',
) as object;

const TEXTS: readonly string[] = [
  "",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00\ud800",
  "x\udfffy",
  "\u2028\u2029\ufeff",
  "\u202edrowssap",
  "\r\n\t\v\f\b\u001b[31m\u007f\u009f",
  "'; DROP TABLE millrace_job; --",
  '"}],"args":[9',
  "$bigint",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "e\u0301\u00e9",
];

/** What stands around a lone text in an encoded list of arguments, and in an encoded result. */
const [AROUND_ARGUMENT, AROUND_RESULT] = ['[""]'.length, '""'.length];

/** Each comes back exactly. */
const CARRIED: readonly unknown[] = [
  ...TEXTS,
  0,
  -0,
  [-0, { a: -0 }],
  -1.5,
  5e-324,
  Number.MAX_VALUE,
  2 ** 53 + 2,
  2n ** 53n + 1n,
  -(10n ** 1_000n),
  true,
  null,
  [],
  {},
  [[], [[]], {}],
  { "": { "": [""] } },
  { $bigint: "5", $$bigint: 5n, $: 0 },
  Object.fromEntries(TEXTS.map((text, at) => [text, at])),
  pollution,
  [pollution, 1n],
  Object.fromEntries(["toString", "valueOf", "hasOwnProperty", "then", "length", "toJSON"].map((key, at) => [key, at])),
  nested(NESTED),
  "x".repeat(MOST_BYTES - AROUND_ARGUMENT),
  "\u20ac".repeat((MOST_BYTES - AROUND_ARGUMENT) / 3),
];

const cycle: unknown[] = [];
cycle.push(cycle);

/** Each is refused. */
const REFUSED: readonly (readonly [string, unknown])[] = [
  ["NaN", Number.NaN],
  ["1e400, which JSON.parse takes for Infinity", JSON.parse("1e400")],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tested
  ["a sparse array", [1, , 2]],
  ["an empty array with a length", Array(3)],
  ["undefined in a list", { a: [undefined, 1] }],
  ["a cycle", cycle],
  ["what is nested deeper than that", nested(NESTED + 3)],
  ["what is nested without end", nested(50_000)],
  ["a date", new Date(0)],
  ["a map", new Map([[1, 1]])],
  ["bytes", Buffer.from("x")],
  ["a symbol", Symbol("x")],
  ["a function", () => 1],
];

const [mebibyte, hundredThousand] = ["x".repeat(2 ** 20), Array<number>(100_000).fill(7)];

/** Each is refused for its size; made with what will stand around it. */
const TOO_LARGE: readonly (readonly [string, (around: number) => unknown])[] = [
  ["one byte more than the limit", (around) => "x".repeat(MOST_BYTES - around + 1)],
  ["one byte more in a longer encoding", (around) => `\u20ac${"x".repeat(MOST_BYTES - around - 2)}`],
  ["100 MB of text", () => "x".repeat(100_000_000)],
  ["100 million small values", () => Array(1_000).fill(hundredThousand)],
  ["more than any text can hold", () => Array(1_000).fill(mebibyte)],
];

describe("fault 26: arguments, and what comes back of them", () => {
  test(
    "carried values reach the task, its result, its record and its callbacks exactly",
    { timeout: 60_000 },
    async () => {
      for (const value of CARRIED) {
        const id = await send(value);
        assert.deepStrictEqual(await app.client().job(id).result({ timeout: "30s" }), [value]);
        assert.deepStrictEqual((await app.client().get(id))?.args, [value]);
        await expect(app.client().job(`${id}:end`).wait({ timeout: "30s" })).rejects.toThrow(/no job/);
        assert.deepStrictEqual(told.get(id), [[value], [value]]);
      }
      assert.equal(Reflect.get({}, "polluted"), undefined);
    },
  );

  test("an object's undefined properties are left out, as are undefined arguments at the end", async () => {
    const id = await send({ a: undefined, b: [{ c: undefined }] }, undefined);
    assert.deepStrictEqual(await app.client().job(id).result({ timeout: "30s" }), [{ b: [{}] }]);
  });

  test.each(REFUSED)("%s is refused by the send", async (_, value) => {
    await expect(send(value)).rejects.toBeInstanceOf(PayloadError);
    await expect(send([{ a: value }])).rejects.toBeInstanceOf(PayloadError);
  });

  test.each(TOO_LARGE)("%s: refused by the send, at the cost of the limit and not of the size", async (_, make) => {
    const value = make(AROUND_ARGUMENT);
    const began = performance.now();
    await expect(send(value)).rejects.toBeInstanceOf(PayloadTooLargeError);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test(
    "anything at all: carried exactly, or refused with the typed error, and nothing between",
    { timeout: 120_000 },
    async () => {
      const anything = fc.anything({
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withNullPrototype: true,
        withObjectString: true,
        withSparseArray: true,
        withTypedArray: true,
        stringUnit: "binary",
        key: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "$bigint", "$$", "constructor")),
      });
      let [carried, refused] = [0, 0];
      await fc.assert(
        fc.asyncProperty(fc.array(anything, { minLength: 20, maxLength: 20 }), async (values) => {
          await Promise.all(
            values.map(async (value) => {
              const id = await send(0, value, 1).catch((error: unknown) => {
                assert.ok(error instanceof PayloadError, String(error));
                refused += 1;
              });
              if (id === undefined) return;
              carried += 1;
              const back = await app.client().job(id).result({ timeout: "30s" });
              assert.deepStrictEqual(back, [0, asCarried(value), 1]);
            }),
          );
        }),
        { numRuns: 50 },
      );
      process.stdout.write(`anything: ${carried} carried, ${refused} refused\n`);
      expect(Math.min(carried, refused)).toBeGreaterThan(0);
      await goesOn();
    },
  );
});

/** A value as it comes back: without properties that are undefined, and with the usual prototype. */
function asCarried(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(asCarried);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, asCarried(item)]));
}

describe("fault 26: results", () => {
  test.each(REFUSED)("%s as a result fails the job at once, with the typed error", async (_, value) => {
    const record = await endOf(() => value);
    expect(record).toMatchObject({ state: "failed", attempt: 1, error: { code: "ERR_PAYLOAD" } });
  });

  test.each(TOO_LARGE)("%s as a result fails the job at once, with the typed error", async (_, make) => {
    const record = await endOf(() => make(AROUND_RESULT));
    expect(record).toMatchObject({ state: "failed", attempt: 1, error: { code: "ERR_PAYLOAD_TOO_LARGE" } });
    await goesOn();
  });

  test("the largest result that may be comes back", async () => {
    expect((await endOf(() => "x".repeat(MOST_BYTES - AROUND_RESULT))).result).toHaveLength(MOST_BYTES - AROUND_RESULT);
  });
});

describe("fault 26: errors, notes and metadata", () => {
  const failing = (thrown: unknown): Promise<JobRecord> =>
    endOf(() => {
      // A task may throw what it likes; retries of it would only repeat it.
      context().setRetriesLeft(0);
      throw thrown;
    });

  test("an error's texts come back exactly", async () => {
    for (const text of TEXTS) {
      const thrown = Object.assign(new Error(text, { cause: new Error(text) }), { code: text });
      const { state, error } = await failing(thrown);
      expect({ state, message: error?.message, code: error?.code, cause: error?.cause?.message }).toEqual({
        state: "failed",
        message: text,
        code: text,
        cause: text,
      });
    }
  });

  test("an error without measure is cut, and the job has failed with it", async () => {
    const huge = "\u{1f600}".repeat(5_000_000);
    const thrown = Object.assign(new Error(huge), { name: huge, code: huge, stack: huge });
    thrown.cause = thrown;
    const { state, error } = await failing(thrown);
    expect(state).toBe("failed");
    expect(error?.message).toMatch(/^\u{1f600}+.*… \(\d+ more\)$/u);
    expect(JSON.stringify(error).length).toBeLessThan(1_000_000);
  });

  test.each([
    ["undefined", undefined],
    ["null", null],
    ["a symbol", Symbol("x")],
    ["a function", () => 1],
    ["a cycle", cycle],
    ["100 MB of text", "x".repeat(100_000_000)],
    [
      "an object that throws when it is read",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
        },
      ),
    ],
    [
      "an error that throws when it is read",
      Object.defineProperty(new Error("x"), "message", {
        get: () => {
          throw new Error("no");
        },
      }),
    ],
  ])("%s, thrown, fails the job with an error that can be read", async (_, thrown) => {
    const { state, attempt, error } = await failing(thrown);
    expect({ state, attempt, name: typeof error?.name, message: typeof error?.message }).toEqual({
      state: "failed",
      attempt: 1,
      name: "string",
      message: "string",
    });
    await goesOn();
  });

  test("progress and log lines come back exactly, and what cannot be carried is the task's own error", async () => {
    const record = await endOf(() => {
      const job = context();
      for (const text of TEXTS) job.log(text);
      job.progress(CARRIED.slice(0, -2));
      for (const [, value] of REFUSED) assert.throws(() => job.progress(value), PayloadError);
      for (const [, make] of TOO_LARGE) assert.throws(() => job.progress(make(AROUND_RESULT)), PayloadTooLargeError);
      return "done";
    });
    expect(record.error).toBeUndefined();
    assert.deepStrictEqual(record.progress, CARRIED.slice(0, -2));
    expect(record.log.map(({ message }) => message)).toEqual(TEXTS);
  });

  test("metadata comes back exactly, or is refused", async () => {
    const meta = { texts: TEXTS, ...Object.fromEntries(TEXTS.map((text) => [text, text])), pollution, big: 2n ** 70n };
    const job = await app.client().with({ meta }).send("echo");
    await job.result({ timeout: "30s" });
    assert.deepStrictEqual((await job.peek())?.meta, meta);
    for (const [, value] of REFUSED) expect(() => app.client().with({ meta: { value } })).toThrow(PayloadError);
    expect(() => app.client().with({ meta: { a: "x".repeat(16_384) } })).toThrow(PayloadTooLargeError);
  });
});

describe("fault 26: ids and names", () => {
  const strange = fc.oneof(
    fc.string({ unit: "binary", maxLength: 140 }),
    fc.string({ unit: "binary-ascii", maxLength: 140 }),
    fc.stringMatching(/^[A-Za-z0-9._:/-]{1,140}$/),
    fc.constantFrom(...TEXTS, "__proto__", "constructor", "a:end", "a:end:7", "a:callbacks"),
  );

  test("an id is refused, or names its job and no other", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(strange, async (id) => {
        const client = app.client();
        const before = await client.get(id);
        try {
          const job = await client.with({ id, queue: "nobody" }).send("echo", id);
          expect(job.id).toBe(id);
          expect((await client.get(id))?.args).toEqual([id]);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
          expect(await client.get(id)).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the name of a task or a queue is refused, or stands in the record", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(strange, strange, async (name, queue) => {
        const client = app.client();
        try {
          const job = await client.with({ queue: `far.${queue}` }).send(name, 1);
          expect(await job.peek()).toMatchObject({ task: name, queue: `far.${queue}`, state: "queued" });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([undefined, null, 7, {}, Symbol("x"), () => 1])(
    "%s is no id, and says so wherever one is asked for",
    async (id) => {
      const client = app.client();
      const given = id as string;
      await expect(client.get(given)).rejects.toBeInstanceOf(ConfigurationError);
      await expect(client.cancel(given)).rejects.toBeInstanceOf(ConfigurationError);
      expect(() => client.job(given)).toThrow(ConfigurationError);
      await expect(client.dead.replay([given])).rejects.toBeInstanceOf(ConfigurationError);
      await expect(client.dead.purge([given])).rejects.toBeInstanceOf(ConfigurationError);
      for (const key of ["queue", "task", "cursor", "state"]) {
        const query = { [key]: id };
        if (id !== undefined) await expect(client.list(query)).rejects.toBeInstanceOf(MillraceError);
      }
    },
  );

  test.each(["", "a\u0000b", "line\nline", "\ud800", "x".repeat(257), 7])("%j is no name for a worker", (name) => {
    expect(() => app.worker({ tasks: [], name: name as string })).toThrow(ConfigurationError);
  });

  test("a worker's name stands in the record, whatever its script", async () => {
    const name = "fräsmaschine 3 \u{1f477}\u200d\u2640";
    const worker = app.worker({ tasks: [task("signed", () => 1)], queues: { signed: 1 }, name });
    await worker.start();
    const job = await app.client().with({ queue: "signed" }).send("signed");
    expect((await job.wait({ timeout: "30s" })).worker).toBe(name);
  });

  test("a trace that a middleware makes up is refused, and nothing is sent", async () => {
    await using other = appOn(folder.file());
    other.use({
      send: async (job, next) => {
        Object.assign(job, { traceparent: Symbol("x") });
        await next();
      },
    });
    await expect(other.client().with({ id: "traced" }).send("echo")).rejects.toBeInstanceOf(ConfigurationError);
    expect(await app.client().get("traced")).toBeUndefined();
  });
});
