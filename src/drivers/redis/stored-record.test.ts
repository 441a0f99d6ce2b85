import { expect, test } from "vitest";
import { HeadReader, leaseOf, readHead, readRunning, storedJob } from "./stored-record.ts";

const RECORD = 'add mail 3 d100,E500,l4 1000 20 2\n{"args":[]}';

test("a record tells what was sent", () => {
  expect(readHead(RECORD)).toEqual({
    task: "add",
    queue: "mail",
    priority: 3,
    createdAt: 1_000,
    base: 20,
    sequence: 22,
    runAt: 1_100,
    expireAt: 1_500,
    lease: 4,
    body: '{"args":[]}',
  });
});

test.each([
  "",
  "\n",
  "add",
  "add mail 3 - 1000 20",
  "add mail 30 - 1000 20 2\n",
  "add mail 3 - 1e3 20 2\n",
  "add mail 3 - 1000 20 2",
])("%j is no record", (text) => {
  expect(readHead(text)).toBeUndefined();
  expect(storedJob("a", text, null, null, 0)).toBeUndefined();
});

test("records that begin alike are read as each alone is", () => {
  const records = [
    "add mail 0 - 1000 20 1\none",
    "add mail 0 - 1000 20 2\ntwo\nlines",
    "add mail 0 - 1000 21 1\nthree",
    "nonsense",
    "add mail 0 - 1000 20 x\nfour",
    "add mail 0 - 1000 20 12\nfive",
  ];
  const reader = new HeadReader();
  expect(records.map((record) => reader.read(record))).toEqual(records.map((record) => readHead(record)));
});

test("texts of a record are told by their bytes", () => {
  const texts = ["wörker", '{"message":"日本"}', "trail", ""];
  const [w, e, t] = texts.map((text) => Buffer.byteLength(text));
  const past = `S 2 1 0 c 1100 1200 60000 60000 - mail ${w} ${e} ${t} -\n${texts.join("")}+"🎈"`;
  expect(storedJob("a", "add mail 0 - 1000 20 1\n{}", past, null, 1_300)).toMatchObject({
    state: "succeeded",
    worker: "wörker",
    error: '{"message":"日本"}',
    trail: "trail",
    result: '"🎈"',
    cancelRequested: true,
    startedAt: 1_100,
    finishedAt: 1_200,
  });
});

test("a job is shown as it is at that moment", () => {
  const state = (record: string, now: number, stamp: string | null = null): unknown =>
    storedJob("a", record, null, stamp, now)?.state;
  expect(state("add mail 0 d100 1000 20 1\n{}", 1_099)).toBe("scheduled");
  expect(state("add mail 0 d100 1000 20 1\n{}", 1_100)).toBe("queued");
  expect(state("add mail 0 E500 1000 20 1\n{}", 1_499)).toBe("queued");
  expect(state("add mail 0 E500 1000 20 1\n{}", 1_500)).toBe("expired");
  expect(state("add mail 0 E500 1000 20 1\n{}", 1_500, "1 F- 0 0 1400 h.0 mail w")).toBe("running");
});

test("what is kept no longer is not shown, and neither is a value", () => {
  const past = 'S 1 1 0 - 1100 1200 100 50 - mail - - - -\n+"value"';
  const shown = (now: number): unknown => storedJob("a", "add mail 0 - 1000 20 1\n{}", past, null, now);
  expect(shown(1_249)).toMatchObject({ result: '"value"' });
  expect(shown(1_250)).toMatchObject({ resultGone: true });
  expect(shown(1_300)).toBeUndefined();
});

test("a lease is told by its stamp, whatever its worker is called", () => {
  expect(readRunning("3 Rc 2 1 1400 h.0/1 mail a worker of\nmine")).toEqual({
    lease: 3,
    cancelled: true,
    attempt: 2,
    crashes: 1,
    reservedAt: 1_400,
    worker: "a worker of\nmine",
  });
  expect(readRunning("nonsense")).toBeUndefined();
});

test("a lease that is given says why its job must not run", () => {
  const head = readHead("add mail 0 e1500 1000 20 1\n{}");
  if (head === undefined) throw new Error("that is a record");
  expect(leaseOf("a", head, "", 1_499).verdict).toBeUndefined();
  expect(leaseOf("a", head, "", 1_500).verdict).toBe("expired");
  expect(leaseOf("a", head, "q 4 2 1 c - - - - - mail - - - -\n-", 1_000)).toMatchObject({
    verdict: "cancelled",
    lease: 5,
    attempt: 3,
    crashes: 1,
  });
  expect(leaseOf("a", head, "q 1 0 0 ox - - - - - mail - - - -\n-", 9_999).verdict).toBe("unknown-task");
});
