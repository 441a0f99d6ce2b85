import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import type { StoredJob, WatchedJob } from "../../contracts/index.ts";
import { WatchedJobs } from "./watched-jobs.ts";

afterEach(() => {
  vi.useRealTimers();
});

function job(id: string, more: Partial<StoredJob> = {}): StoredJob {
  return {
    id,
    task: "add",
    queue: "default",
    state: "queued",
    priority: 0,
    body: '{"args":[]}',
    lease: 0,
    attempt: 0,
    crashes: 0,
    cancelRequested: false,
    createdAt: 0,
    ...more,
  };
}

/** Watches over jobs that a map stands for; looks and reports are written down. */
function watchOver(jobs: Map<string, StoredJob>): { watched: WatchedJobs; looks: string[][]; reports: WatchedJob[] } {
  const looks: string[][] = [];
  const reports: WatchedJob[] = [];
  const load = async (ids: readonly string[]) => {
    looks.push([...ids]);
    return { now: 0, jobs: ids.map((id) => jobs.get(id)) };
  };
  const watched = new WatchedJobs({
    hears: () => true,
    watch: load,
    load,
    forget: () => undefined,
    report: (done) => reports.push(...done),
  });
  return { watched, looks, reports };
}

test("more jobs can be waited for than a call takes arguments", async () => {
  const ids = Array.from({ length: 200_000 }, (_, at) => `job-${at}`);
  const jobs = new Map(ids.map((id) => [id, job(id)]));
  const { watched, looks, reports } = watchOver(jobs);
  watched.add(ids);
  await vi.waitFor(() => expect(looks).toHaveLength(800), { timeout: 20_000 });
  await setImmediate();
  jobs.set("job-1", job("job-1", { state: "succeeded" }));
  watched.ended(["job-1"]);
  watched.lookAgain();
  await vi.waitFor(() => expect(reports.map(({ id }) => id)).toEqual(["job-1"]), { timeout: 20_000 });
  watched.close();
});

test("a job that expires while nobody serves it is looked at when it does, and reported", async () => {
  vi.useFakeTimers();
  const jobs = new Map([
    ["soon", job("soon", { expireAt: 2_000 })],
    ["sooner", job("sooner", { expireAt: 1_000 })],
    ["never", job("never")],
  ]);
  const { watched, looks, reports } = watchOver(jobs);
  watched.add(["soon"]);
  watched.add(["sooner", "never"]);
  await vi.advanceTimersByTimeAsync(999);
  expect(looks.slice(2)).toEqual([]);
  jobs.set("sooner", job("sooner", { state: "expired" }));
  jobs.set("soon", job("soon", { state: "expired" }));
  await vi.advanceTimersByTimeAsync(2);
  expect(looks.slice(2)).toEqual([["sooner"]]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(looks.slice(3)).toEqual([["soon"]]);
  expect(reports.map(({ id }) => id)).toEqual(["sooner", "soon"]);
  watched.close();
});

test("what nobody told of is noticed by a look at everything, now and then", async () => {
  vi.useFakeTimers();
  const jobs = new Map([["quiet", job("quiet")]]);
  const { watched, looks, reports } = watchOver(jobs);
  watched.add(["quiet"]);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(looks).toHaveLength(1);
  jobs.delete("quiet");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(reports).toEqual([{ id: "quiet" }]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(looks).toHaveLength(2);
  watched.close();
});
