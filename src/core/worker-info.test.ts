import assert from "node:assert/strict";
import { test } from "vitest";
import { encodeAbout, encodeGateway, workerInfo } from "./worker-info.ts";

const ABOUT = { queues: { web: 4 }, tasks: ["a"], running: 1, version: "1", host: "h", pid: 7, startedAt: 5 };

test("what a worker says of itself is read back", () => {
  assert.deepEqual(workerInfo("w", encodeAbout(ABOUT), 9), { name: "w", ...ABOUT, seenAt: 9 });
});

test("of very many tasks the first are announced", () => {
  const tasks = Array.from({ length: 5_000 }, (_, at) => `task-${at}`);
  assert.equal(workerInfo("w", encodeAbout({ ...ABOUT, tasks }), 9)?.tasks.length, 1_000);
});

test.each(["", "null", "[]", "7", "{", '{"queues":7,"tasks":{"0":1},"pid":"x"}', '{"queues":{"a":"b"},"tasks":[1]}'])(
  "%j reads as empty",
  (about) => {
    const empty = { queues: {}, tasks: [], running: 0, version: "", host: "", pid: 0, startedAt: 0 };
    assert.deepEqual(workerInfo("w", about, 9), { name: "w", ...empty, seenAt: 9 });
  },
);

test("a gateway is no worker", () => {
  assert.equal(workerInfo("g", encodeGateway("1"), 9), undefined);
});
