import { describe, expect, test } from "vitest";
import type { StoredJob } from "../../contracts/index.ts";
import { WatchedJobs } from "./watched-jobs.ts";

function job(id: string, state: StoredJob["state"], expireAt?: number): StoredJob {
  return {
    id,
    state,
    task: "t",
    queue: "q",
    priority: 0,
    body: "{}",
    lease: 0,
    attempt: 0,
    crashes: 0,
    cancelRequested: false,
    createdAt: 0,
    ...(expireAt === undefined ? {} : { expireAt }),
  };
}

describe("WatchedJobs", () => {
  const jobs = new Map<string, StoredJob>();
  const made = (...given: StoredJob[]): WatchedJobs => {
    jobs.clear();
    for (const each of given) jobs.set(each.id, each);
    return new WatchedJobs((ids) => ids.map((id) => jobs.get(id)));
  };

  test("what is final or unknown is reported at once and not watched", () => {
    const watched = made(job("done", "failed"));
    expect(watched.add(["done", "none"])).toEqual([{ id: "done", job: jobs.get("done") }, { id: "none" }]);
    expect(watched.size).toBe(0);
  });

  test("what ends later is reported once", () => {
    const watched = made(job("a", "running"), job("b", "queued"));
    expect(watched.add(["a", "b"])).toEqual([]);
    jobs.set("a", job("a", "succeeded"));
    expect(watched.finished(["a", "b", "other"])).toEqual([{ id: "a", job: jobs.get("a") }]);
    expect(watched.checkAll()).toEqual([]);
    expect(watched.size).toBe(1);
  });

  test("what is not watched any more is not reported", () => {
    const watched = made(job("a", "running"));
    watched.add(["a"]);
    watched.remove(["a"]);
    jobs.set("a", job("a", "succeeded"));
    expect([watched.finished(["a"]), watched.checkAll()]).toEqual([[], []]);
  });

  test("a job whose expiry passes with no worker about is looked up then, not before", () => {
    const watched = made(job("a", "queued", 100), job("b", "queued"));
    watched.add(["a", "b"]);
    jobs.set("a", job("a", "expired", 100));
    expect(watched.checkExpired(99)).toEqual([]);
    expect(watched.checkExpired(100)).toEqual([{ id: "a", job: jobs.get("a") }]);
  });

  test("more jobs than are looked up in one go", () => {
    const watched = made(
      ...Array.from({ length: 2_500 }, (_, at) => job(`j${at}`, at % 2 === 0 ? "succeeded" : "running")),
    );
    expect(watched.add([...jobs.keys()])).toHaveLength(1_250);
    expect(watched.size).toBe(1_250);
  });

  test("a look that fails reports nothing, and the next one does", () => {
    let broken = true;
    const watched = new WatchedJobs((ids) => {
      if (broken) throw new Error("disk");
      return ids.map((id) => job(id, "succeeded"));
    });
    expect(watched.add(["a"])).toEqual([]);
    broken = false;
    expect(watched.checkAll()).toMatchObject([{ id: "a" }]);
  });
});
