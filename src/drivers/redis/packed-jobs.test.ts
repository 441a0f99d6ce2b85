import { expect, test } from "vitest";
import type { NewJob } from "../../contracts/index.ts";
import { readIndexElement } from "./index-element.ts";
import { packJobs, packOneJob } from "./packed-jobs.ts";

function job(id: string, given: Partial<NewJob> = {}): NewJob {
  return { id, task: "add", queue: "default", priority: 0, body: `body of ${id}`, ...given };
}

test("jobs that share all but id and body are one group", () => {
  const [element, ascends, groups, ...rest] = packJobs([job("a1"), job("a2")], true);
  expect(ascends).toBe("1");
  expect(groups).toBe("1");
  expect(rest).toEqual([
    "2",
    "default",
    "0",
    "add default 0 - ",
    "",
    "",
    "0",
    "a1",
    "1\nbody of a1",
    "a2",
    "2\nbody of a2",
  ]);
  expect(readIndexElement(`7${element}`)).toEqual({ base: 7, ids: ["a1", "a2"] });
});

test.each<Partial<NewJob>>([
  { task: "other" },
  { queue: "other" },
  { priority: 1 },
  { delayMs: 1 },
  { runAt: 1 },
  { expireAfterMs: 1 },
  { expireAt: 1 },
  { lease: 1 },
])("a job that differs by %o begins another group", (given) => {
  expect(packJobs([job("a"), job("b", given), job("c", given)], true)[2]).toBe("2");
});

test("times are relative or absolute, and stand in the record too", () => {
  const packed = packJobs([job("a", { delayMs: 5, expireAt: 99, lease: 3 })], false);
  expect(packed.slice(0, 10)).toEqual(["", "1", "1", "1", "default", "0", "add default 0 d5,e99,l3 ", "+5", "99", "3"]);
});

test("one job that is due at once and never expires is packed for its own script, and no other", () => {
  expect(packOneJob(job("a", { priority: 3 }), true)).toEqual([
    "a",
    "default",
    "3",
    "add default 3 - ",
    "body of a",
    "\n!a",
  ]);
  expect(packOneJob(job("a"), false)?.at(-1)).toBe("");
  for (const given of [{ delayMs: 0 }, { runAt: 1 }, { expireAfterMs: 1 }, { expireAt: 1 }, { lease: 1 }]) {
    expect(packOneJob(job("a", given), true)).toBeUndefined();
  }
});
