import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished, test } from "vitest";
import {
  type Client,
  type DriverOptions,
  type MillraceOptions,
  type NewJob,
  type Store,
  Millrace,
  PartialSendError,
  ResultTimeoutError,
  SendTimeoutError,
  StoreFullError,
  StoreUnavailableError,
  task,
} from "../../src/index.ts";
import { memory } from "../../src/drivers/memory/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import { SILENT, nap, next, rejection, work } from "./settings.ts";

const DRIVER: DriverOptions = {
  location: "",
  parameters: {},
  namespace: "faults",
  durability: "full",
  logger: SILENT,
  clock: systemClock,
};

type Fault = (call: number, jobs: readonly NewJob[]) => unknown;

/** A store in memory whose calls go through what the test puts before them. */
function faulty(before: Partial<Record<"open" | "enqueue" | "exchange" | "load" | "requestCancel", Fault>>): Store {
  const store = memory.store!(DRIVER);
  const through = <K extends keyof typeof before>(name: K): Store[K] => {
    let calls = 0;
    const call = store[name].bind(store) as (...given: unknown[]) => Promise<unknown>;
    return (async (...given: unknown[]): Promise<unknown> => {
      calls += 1;
      await before[name]?.(calls, given[0] as readonly NewJob[]);
      return call(...given);
    }) as Store[K];
  };
  return Object.assign(store, {
    open: through("open"),
    enqueue: through("enqueue"),
    exchange: through("exchange"),
    load: through("load"),
    requestCancel: through("requestCancel"),
  });
}

function app(store: Store, options: MillraceOptions = {}): Millrace {
  const made = new Millrace({ store, logger: SILENT, ...options });
  onTestFinished(() => made.close());
  return made;
}

/** A client of a store that notes how many jobs travel together, and has no answer for them until it is given one. */
function busy(): { client: Client; seen: number[]; answers: PromiseWithResolvers<void> } {
  const seen: number[] = [];
  const answers = Promise.withResolvers<void>();
  const store = faulty({
    enqueue: (_call, jobs) => {
      seen.push(jobs.length);
      return answers.promise;
    },
  });
  return { client: app(store).client(), seen, answers };
}

const never = (): Promise<never> => new Promise(() => {});

test("1.5 a store that never answers: SendTimeoutError within sendTimeout, with the ids that are safe to send again", async () => {
  const client = app(faulty({ enqueue: never }), { sendTimeout: 80 }).client();
  const before = performance.now();
  const error = await rejection(client.with({ id: "mine" }).send("t"));
  const took = performance.now() - before;
  assert.ok(error instanceof SendTimeoutError);
  assert.equal(error.retryable, true);
  assert.deepEqual(error.details["ids"], ["mine"]);
  assert.ok(took >= 79 && took < 1_000, `${took} ms`);
});

test("1.5 a store that does not open in time fails sends, reads and waits in theirs; what was not sent never is", async () => {
  const client = app(faulty({ open: () => nap(400) }), { sendTimeout: 60 }).client();
  const error = await rejection(client.send("t"));
  assert.ok(error instanceof StoreUnavailableError, String(error));
  assert.match(error.message, /could not be opened within 60 ms .*nothing was sent/);
  await assert.rejects(client.job("x").result({ timeout: 40 }), ResultTimeoutError);
  await nap(400);
  assert.deepEqual((await client.list()).jobs, []);
});

test("1.5 sends that come while the store answers none of the earlier ones fail in their own time, not one wave after the other", async () => {
  const client = app(faulty({ enqueue: never }), { sendTimeout: 300 }).client();
  const sends: Promise<{ readonly error: unknown; readonly took: number }>[] = [];
  const send = async (): Promise<{ readonly error: unknown; readonly took: number }> => {
    const before = performance.now();
    const error = await rejection(client.send("t"));
    return { error, took: performance.now() - before };
  };
  for (let turn = 0; turn < 8; turn += 1) {
    sends.push(send());
    await nap(30);
  }
  // More than go in one round trip, beside those that wait already.
  for (let at = 0; at < 2_500; at += 1) sends.push(send());
  for (const { error, took } of await Promise.all(sends)) {
    assert.ok(error instanceof SendTimeoutError || error instanceof StoreUnavailableError, String(error));
    assert.ok(took >= 299 && took < 600, `${took} ms`);
  }
});

test("1.5 of sends that wait for the store to open, each fails in its own time, and is not sent then", async () => {
  const opening = Promise.withResolvers<void>();
  const client = app(faulty({ open: () => opening.promise }), { sendTimeout: 100 }).client();
  const first = rejection(client.with({ id: "first" }).send("t"));
  const second = rejection(client.with({ id: "second" }).send("t"));
  await nap(60);
  const third = client.with({ id: "third" }).send("t");
  for (const error of [await first, await second]) assert.match(String(error), /nothing was sent/);
  opening.resolve();
  await third;
  await nap(20);
  assert.deepEqual(
    (await client.list()).jobs.map(({ id }) => id),
    ["third"],
  );
});

test("4.3 a read or a cancellation that the store never answers fails within sendTimeout; so do those of one that never opens", async () => {
  const deaf = app(faulty({ load: never }), { sendTimeout: 80 }).client();
  const half = app(faulty({ requestCancel: never }), { sendTimeout: 80 }).client();
  const { id } = await half.send("t");
  const shut = app(faulty({ open: () => nap(500) }), { sendTimeout: 80 }).client();
  for (const ask of [() => deaf.get("x"), () => half.cancel(id), () => shut.get("x"), () => shut.queues()]) {
    const before = performance.now();
    const error = await rejection(ask());
    const took = performance.now() - before;
    assert.ok(error instanceof StoreUnavailableError, String(error));
    assert.match(error.message, /no answer within 80 ms \(sendTimeout\)/);
    assert.ok(took >= 79 && took < 450, `${took} ms`);
  }
});

test("1.5 a send is repeated while the store fails in a way that passes, and makes one job", async () => {
  let calls = 0;
  const store = faulty({
    enqueue: (call) => {
      calls = call;
      if (call <= 2) throw new StoreUnavailableError("away for a moment");
    },
  });
  const client = app(store).client();
  const job = await client.send("t", 1);
  assert.equal(calls, 3);
  assert.equal((await client.list()).jobs.length, 1);
  assert.equal((await job.peek())?.state, "queued");
});

test("1.5 one that stays away is a typed error within sendTimeout; a full store, or a fault for good, is said at once", async () => {
  let calls = 0;
  const away = app(faulty({ enqueue: () => Promise.reject(new StoreUnavailableError("away")) }), { sendTimeout: 150 });
  const before = performance.now();
  await assert.rejects(away.client().send("t"), StoreUnavailableError);
  assert.ok(performance.now() - before < 1_000);
  for (const fault of [new StoreFullError("no room"), new RangeError("a bug")]) {
    calls = 0;
    const full = app(
      faulty({
        enqueue: (call) => {
          calls = call;
          throw fault;
        },
      }),
    );
    await assert.rejects(full.client().send("t"), fault);
    assert.equal(calls, 1);
  }
});

test("1.4 sendMany beyond one chunk: PartialSendError names what was accepted, in order", async () => {
  const store = faulty({
    enqueue: (call) => {
      if (call === 3) throw new RangeError("the third chunk");
    },
  });
  const client = app(store).client();
  const error = await rejection(
    client.sendMany(
      "t",
      Array.from({ length: 2_500 }, (_, at) => [at]),
    ),
  );
  assert.ok(error instanceof PartialSendError);
  assert.equal(error.accepted.length, 2_000);
  assert.ok(error.cause instanceof RangeError);
  assert.deepEqual((await client.get(error.accepted[1_999]!.id))?.args, [1_999]);
  assert.deepEqual(await client.queues(), [{ queue: "default", counts: { queued: 2_000 } }]);
});

test("1.4 sendMany whose only chunk fails is the fault itself, and nothing is accepted", async () => {
  const fault = new RangeError("the first chunk");
  const client = app(
    faulty({
      enqueue: () => {
        throw fault;
      },
    }),
  ).client();
  await assert.rejects(client.sendMany("t", [[1], [2]]), fault);
  assert.deepEqual((await client.list()).jobs, []);
});

test.each([
  { sends: 31, sizes: [31] },
  { sends: 32, sizes: [16, 16] },
  { sends: 1_500, sizes: [750, 750] },
  { sends: 3_500, sizes: [1_000, 1_000, 1_000, 500] },
])("1.4 $sends sends of one turn travel together, many in two halves", async ({ sends, sizes }) => {
  const seen: number[] = [];
  const store = faulty({
    enqueue: (_call, jobs) => {
      seen.push(jobs.length);
    },
  });
  const client = app(store).client();
  const jobs = await Promise.all(Array.from({ length: sends }, (_, at) => client.send("t", at)));
  assert.equal(new Set(jobs.map(({ id }) => id)).size, sends);
  assert.deepEqual(seen, sizes);
});

test("1.4 while the store is busy, all that one turn of the event loop brings travels together, whoever sent it", async () => {
  const { client, seen, answers } = busy();
  const sends: Promise<unknown>[] = [client.send("t")];
  await turn();
  assert.deepEqual(seen, [1]);
  // One after the other in the same turn, each with the microtasks that it leads to, as what is read from connections is.
  for (let connection = 0; connection < 5; connection += 1) setImmediate(() => sends.push(client.send("t")));
  await turn();
  await turn();
  assert.deepEqual(seen, [1, 5]);
  answers.resolve();
  await Promise.all(sends);
});

test("1.4 sends of turns of their own wait for the two round trips under way until sixteen have gathered; eight are the most", async () => {
  const { client, seen, answers } = busy();
  const sends: Promise<unknown>[] = [];
  const send = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      sends.push(client.send("t"));
      await turn();
    }
  };
  await send(2 + 15);
  assert.deepEqual(seen, [1, 1]);
  await send(1);
  assert.deepEqual(seen, [1, 1, 16]);
  await send(5 * 16 + 40);
  assert.deepEqual(seen, [1, 1, 16, 16, 16, 16, 16, 16]);
  answers.resolve();
  await Promise.all(sends);
  assert.deepEqual(seen.slice(8), [20, 20]);
});

test("1.5 an app whose store did not open tries again at the next call", async () => {
  const client = app(
    faulty({
      open: (call) => {
        if (call === 1) throw new RangeError("not yet");
      },
    }),
  ).client();
  await assert.rejects(client.send("t"), RangeError);
});

test("4.5 an outcome that the store did not take is sent again, outside of the slot, and recorded once", async () => {
  let refusing = false;
  const store = faulty({
    exchange: () => {
      if (refusing) throw new StoreUnavailableError("away");
    },
  });
  const made = app(store);
  let runs = 0;
  const note = task("note", () => {
    runs += 1;
    refusing = true;
    return "kept";
  });
  const worker = await work(made, [note], { queues: { default: 1 } });
  const errors: unknown[] = [];
  worker.on("error", ({ error }) => {
    errors.push(error);
    if (errors.length === 3) refusing = false;
  });
  const succeeded = next(worker, "succeeded");
  const job = await made.client().send(note);
  assert.equal(await job.result({ timeout: "5s" }), "kept");
  assert.equal((await succeeded).id, job.id);
  assert.equal(errors.length, 3);
  assert.ok(errors[0] instanceof StoreUnavailableError);
  assert.equal(runs, 1);
  assert.equal((await job.wait()).attempts.length, 1);
});
