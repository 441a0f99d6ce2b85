import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { AsyncLocalStorage } from "node:async_hooks";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { Pool } from "../../src/pool/index.ts";

function output(program: string): string {
  const path = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  return execFileSync(process.execPath, [path], { encoding: "utf8" }).trim();
}

test("loads and works without Node's globals and modules", () => {
  assert.deepEqual(JSON.parse(output("without-node")), {
    retried: "attempt 2",
    timedOut: true,
    items: [2, 4, 6, 8, 10],
    deadlock: true,
    process: "undefined",
  });
});

test("keeps the process alive while a job waits for its retry, and no longer", () => {
  assert.equal(output("ends-by-itself"), "attempt 2");
});

describe("async context", () => {
  const user = new AsyncLocalStorage<string>();
  const read = (): string => user.getStore() ?? "nobody";

  test("is that of new Pool for every job, not that of whoever pushed first", async () => {
    const pool = user.run("maker", () => new Pool({ concurrency: 1 }));
    const pushed = user.run("ada", () => [pool.run(read), pool.run(async () => read())]);
    pushed.push(pool.run(read));
    assert.deepEqual(await Promise.all(pushed), ["maker", "maker", "maker"]);
  });

  test("is that of the push with keepContext, for retries and callbacks too", async () => {
    const pool = new Pool({ concurrency: 1, keepContext: true, backoff: [1] });
    const seen: string[] = [];
    const task = {
      execute: ({ attempt }: { readonly attempt: number }) => {
        seen.push(read());
        if (attempt === 1) throw new Error("once");
      },
      success: () => seen.push(`${read()} in a callback`),
    };
    await Promise.all(["ada", "ben"].map((name) => user.run(name, () => pool.push(task).result)));
    assert.deepEqual(seen.toSorted(), ["ada", "ada", "ada in a callback", "ben", "ben", "ben in a callback"]);
  });
});
