import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { ConfigurationError, Pool, PoolClosedError, type StreamResult } from "../../src/pool/index.ts";
import { Workshop } from "./workshop.ts";

async function values<R>(results: AsyncIterable<StreamResult<R>>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const result of results) all.push(result.state === "succeeded" ? result.value : result.error);
  return all;
}

/** Reads one after the other, and tells what has been read so far. */
function reader<R>(results: AsyncGenerator<StreamResult<R>, void>): {
  readonly seen: unknown[];
  readonly end: Promise<void>;
} {
  const seen: unknown[] = [];
  const read = async (): Promise<void> => {
    for await (const { index, state } of results) seen.push(`${index} ${state}`);
  };
  return { seen, end: read() };
}

describe("pushAll", () => {
  test("yields a result for each task, in the order given", async () => {
    const shop = new Workshop({ concurrency: 3 });
    const { seen, end } = reader(shop.pool.pushAll(["a", "b", "c"].map((name) => shop.held(name))));
    await shop.turn();
    await shop.finish("c");
    await shop.finish("b");
    assert.deepEqual(seen, []);
    await shop.finish("a");
    await end;
    assert.deepEqual(seen, ["0 succeeded", "1 succeeded", "2 succeeded"]);
  });

  test("or as they finish, each with its index", async () => {
    const shop = new Workshop({ concurrency: 3 });
    const tasks = ["a", "b", "c"].map((name) => shop.held(name));
    const { seen, end } = reader(shop.pool.pushAll(tasks, { order: "finished" }));
    await shop.turn();
    await shop.finish("c");
    assert.deepEqual(seen, ["2 succeeded"]);
    await shop.finish("a");
    await shop.finish("b");
    await end;
    assert.deepEqual(seen, ["2 succeeded", "0 succeeded", "1 succeeded"]);
  });

  test("a failed job ends nothing", async () => {
    const pool = new Pool({ retries: 0 });
    const error = new Error("mine");
    const tasks = [() => 1, () => Promise.reject(error), { execute: () => 3 }];
    assert.deepEqual(await values(pool.pushAll<number>(tasks)), [1, error, 3]);
  });

  test("takes an async source, and yields what is done while the source makes its next item", async () => {
    const shop = new Workshop();
    const gate = Promise.withResolvers<void>();
    async function* source(): AsyncGenerator<() => string> {
      yield shop.quick("a");
      await gate.promise;
      yield shop.quick("b");
    }
    const { seen, end } = reader(shop.pool.pushAll(source()));
    await shop.turn();
    assert.deepEqual(seen, ["0 succeeded"]);
    gate.resolve();
    await end;
    assert.deepEqual(seen, ["0 succeeded", "1 succeeded"]);
  });

  test("nothing happens before the first read", async () => {
    const shop = new Workshop();
    shop.pool.pushAll([shop.quick("a")]);
    await shop.turn();
    assert.deepEqual(shop.begun, []);
  });

  test("a reader that takes its time holds up the source, twice the concurrency ahead", async () => {
    const shop = new Workshop({ concurrency: 2 });
    let taken = 0;
    function* source(): Generator<() => string> {
      for (;;) {
        taken += 1;
        yield shop.quick(String(taken));
      }
    }
    const results = shop.pool.pushAll(source());
    for (let read = 1; read <= 5; read += 1) {
      await results.next();
      await shop.turn();
      assert.equal(taken, 4 + read - 1);
    }
    await results.return();
    await shop.turn();
    assert.equal(taken, 8);
  });

  test("a long source passes through with no more inside than asked for", async () => {
    const pool = new Pool({ concurrency: 10 });
    let inside = 0;
    let most = 0;
    function* source(): Generator<() => Promise<number>> {
      for (let item = 0; item < 200_000; item += 1) {
        inside += 1;
        most = Math.max(most, inside);
        yield async () => item;
      }
    }
    let sum = 0;
    for await (const result of pool.pushAll(source(), { ahead: 100 })) {
      inside -= 1;
      if (result.state === "succeeded") sum += result.value;
    }
    assert.deepEqual([sum, most], [19_999_900_000, 100]);
  });

  test("waits for room whatever whenFull says", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 1, whenFull: "throw" });
    const names = ["a", "b", "c", "d", "e"];
    const done = values(
      shop.pool.pushAll(
        names.map((name) => shop.quick(name)),
        { ahead: 5 },
      ),
    );
    assert.deepEqual(await done, names);
    assert.deepEqual(shop.begun, names);
  });

  test("a reader that leaves ends the source; what was pushed goes on", async () => {
    const shop = new Workshop({ concurrency: 1 });
    let ended = false;
    function* source(): Generator<() => string> {
      try {
        for (const name of ["a", "b", "c", "d", "e"]) yield shop.quick(name);
      } finally {
        ended = true;
      }
    }
    for await (const { index } of shop.pool.pushAll(source(), { ahead: 3 })) if (index === 0) break;
    await shop.pool.onIdle();
    assert.deepEqual([shop.begun, ended], [["a", "b", "c"], true]);
  });

  test.each([["sync", false] as const, ["async", true] as const])(
    "a %s source that throws half-way: the results of what was pushed, then its error",
    async (_, isAsync) => {
      const shop = new Workshop();
      const error = new Error("no more files");
      function* source(): Generator<() => string> {
        yield shop.quick("a");
        yield shop.quick("b");
        throw error;
      }
      async function* later(): AsyncGenerator<() => string> {
        yield* source();
      }
      const seen: unknown[] = [];
      const read = async (): Promise<void> => {
        for await (const { index } of shop.pool.pushAll(isAsync ? later() : source())) seen.push(index);
      };
      await assert.rejects(read(), error);
      assert.deepEqual(
        [seen, shop.begun],
        [
          [0, 1],
          ["a", "b"],
        ],
      );
    },
  );

  test("an async source that throws at once, and not by its promise, ends it likewise", async () => {
    const shop = new Workshop();
    const error = new Error("no more files");
    let asked = 0;
    const source: AsyncIterable<() => string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          asked += 1;
          if (asked > 2) throw error;
          return Promise.resolve({ done: false, value: shop.quick(`${asked}`) });
        },
      }),
    };
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const { index } of shop.pool.pushAll(source)) seen.push(index);
    };
    await assert.rejects(read(), error);
    assert.deepEqual(
      [seen, shop.begun],
      [
        [0, 1],
        ["1", "2"],
      ],
    );
  });

  test("something that is no task ends it likewise, and the source is told", async () => {
    const shop = new Workshop();
    let ended = false;
    function* source(): Generator<() => string> {
      try {
        yield shop.quick("a");
        yield 5 as unknown as () => string;
      } finally {
        ended = true;
      }
    }
    await assert.rejects(values(shop.pool.pushAll(source())), ConfigurationError);
    assert.deepEqual([shop.begun, ended], [["a"], true]);
  });

  test("a pool that closes meanwhile ends it with a PoolClosedError, after the results of what was pushed", async () => {
    const shop = new Workshop({ concurrency: 1 });
    const tasks = ["a", "b", "c", "d", "e"].map((name) => shop.held(name));
    const results = shop.pool.pushAll(tasks, { ahead: 2 });
    const first = results.next();
    await shop.turn();
    const closed = shop.pool.close();
    await shop.finish("a");
    await first;
    await shop.finish("b");
    assert.equal((await results.next()).value?.state, "succeeded");
    await assert.rejects(results.next(), PoolClosedError);
    await closed;
  });

  test("jobs that close hands back come as released, and as refused if they had no room", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0 });
    const { seen, end } = reader(shop.pool.pushAll([shop.held("a"), shop.held("b")]));
    await shop.turn();
    await shop.pool.close({ timeout: 0 });
    await end;
    assert.deepEqual(seen, ["0 released", "1 refused"]);
  });
});

describe("map", () => {
  test("runs a function on each item, with the options of a push", async () => {
    const pool = new Pool({ concurrency: 2 });
    const attempts: number[] = [];
    const lengths = pool.map(
      new Set(["one", "three"]),
      async (word, { attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw new Error("once");
        return word.length;
      },
      { retries: 1, backoff: "none" },
    );
    assert.deepEqual(await values(lengths), [3, 5]);
    assert.deepEqual(attempts, [1, 1, 2, 2]);
  });

  test("two streams share a pool", async () => {
    const pool = new Pool({ concurrency: 2 });
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return item;
    };
    const [one, two] = await Promise.all([values(pool.map([1, 2, 3], work)), values(pool.map([4, 5, 6], work))]);
    assert.deepEqual([one, two, most], [[1, 2, 3], [4, 5, 6], 2]);
  });
});
