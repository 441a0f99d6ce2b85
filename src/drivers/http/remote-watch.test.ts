import assert from "node:assert/strict";
import { setTimeout as nap } from "node:timers/promises";
import { test } from "vitest";
import type { Line } from "./line.ts";
import { RemoteWatch } from "./remote-watch.ts";

test("while the gateway is away, many streams ask again together, and are no more than before", async () => {
  const asked: string[][] = [];
  let open = 0;
  let most = 0;
  const refused = async (): Promise<never> => {
    open += 1;
    most = Math.max(most, open);
    await nap(50);
    open -= 1;
    throw new Error("connection refused");
  };
  const line = {
    events: (_path: string, body: string) => {
      asked.push((JSON.parse(body) as { ids: string[] }).ids);
      return { [Symbol.asyncIterator]: () => ({ next: refused }) };
    },
  } as unknown as Line;
  const watch = new RemoteWatch(line, () => undefined);
  const ids = Array.from({ length: 2_500 }, (_, at) => `job-${at}`);
  watch.add(ids);
  for (let until = 0; until < 100 && asked.length < 15; until += 1) await nap(50);
  watch.close();
  assert.equal(most, 3);
  // Every round asks for everything once.
  assert.deepEqual(asked.slice(12, 15).flat(), ids);
});
