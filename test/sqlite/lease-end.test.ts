import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { LeaseLostError, context, task } from "../../src/index.ts";
import { Folder, appOn } from "./files.ts";

test("a job whose lease cannot be renewed is told before another may have it", async () => {
  using folder = new Folder();
  const LEASE_MS = 1_500;
  await using app = appOn(folder.file());
  const told = Promise.withResolvers<{ reason: unknown; afterMs: number }>();
  const patient = task("patient", async () => {
    const began = performance.now();
    const { signal } = context();
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    told.resolve({ reason: signal.reason, afterMs: performance.now() - began });
  });
  const worker = app.worker({ tasks: [patient], lease: LEASE_MS });
  await worker.start();
  const started = new Promise((resolve) => worker.on("started", resolve));
  await app.client().send(patient);
  await started;
  using lock = new DatabaseSync(folder.file());
  lock.exec("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE");
  const { reason, afterMs } = await told.promise;
  lock.exec("ROLLBACK");
  expect(reason).toBeInstanceOf(LeaseLostError);
  // The last renewal that worked was at most a third of the lease after the start.
  expect(afterMs).toBeLessThan(LEASE_MS + LEASE_MS / 3 + 200);
});
