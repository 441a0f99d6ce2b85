/*
 * Needs fast-check 4, which is the caller's to install: import this file by its own path, never from an index.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { NewJob } from "../../contracts/new-job.ts";
import type { Settlement } from "../../contracts/settlement.ts";
import type { Store } from "../../contracts/store.ts";
import type { Harness } from "./harness.ts";
import { AdvanceCommand } from "./model/advance-command.ts";
import { CancelCommand } from "./model/cancel-command.ts";
import { EnqueueCommand } from "./model/enqueue-command.ts";
import { ExtendCommand } from "./model/extend-command.ts";
import { JobModel } from "./model/job-model.ts";
import { compareRecord, LoadCommand } from "./model/load-command.ts";
import type { LeaseChoice } from "./model/lease-choice.ts";
import type { ModelCommand, Run } from "./model/model-command.ts";
import { ReplayCommand } from "./model/replay-command.ts";
import { ReserveCommand } from "./model/reserve-command.ts";
import { SettleCommand } from "./model/settle-command.ts";

/** How long and how wide to look. */
export interface StoreModelOptions {
  /** Default 500. */
  readonly runs?: number;
  /** Commands in a run, at most. Default 50. */
  readonly commands?: number;
  /** The one that a failure reported, to see it again. */
  readonly seed?: number;
  /**
   * `held`: the driver's time stands still but for `advance`, as with a fake clock (the default). `runs`: real time passes, so
   * whatever has a length is an hour long and no command waits for its end.
   */
  readonly time?: "held" | "runs";
}

const IDS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const HOUR = 3_600_000;

/** Does random things to a store and compares every answer with a small model of the contracts. Rejects with the shortest story. */
export async function storeModel(harness: Harness<Store>, options: StoreModelOptions = {}): Promise<void> {
  const { runs = 500, commands = 50, seed, time = "held" } = options;
  const property = fc.asyncProperty(
    fc.commands([...commandsFor(time)], { maxCommands: commands, size: "max" }),
    async (story) => {
      const opened = await harness.open();
      const model = new JobModel();
      const real: Run = { opened, tokens: [] };
      try {
        await fc.asyncModelRun(() => ({ model, real }), story);
        const records = await opened.driver.load(IDS);
        for (const [index, id] of IDS.entries()) compareRecord(model, id, records[index]);
      } finally {
        await opened.close();
      }
    },
  );
  assert.ok(runs > 0 && commands > 0, "a model that does nothing proves nothing");
  await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
}

function commandsFor(time: "held" | "runs"): readonly fc.Arbitrary<ModelCommand>[] {
  // Whatever has a length ends between two advances, never at one: whether a moment is past at that very moment is a driver's choice.
  const length = time === "held" ? fc.constantFrom(15, 35, 75, HOUR) : fc.constant(HOUR);
  const ids = fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1, maxLength: 4 });
  const queue = fc.constantFrom("main", "side");
  const keepMs = fc.oneof(fc.constant(0), fc.constant(null), length);
  const keep = fc.record({ recordMs: keepMs, resultMs: keepMs });
  const text = fc.constantFrom("one", "two", '{"three":"\\u0000"}');

  const wish = fc.record({
    id: fc.constantFrom(...IDS),
    task: fc.constantFrom("known", "known", "rare"),
    queue,
    priority: fc.constantFrom(0, 0, 5, 9),
    when: fc.oneof(
      { weight: 5, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: length.map((delayMs) => ({ delayMs })) },
    ),
    ends: fc.oneof(
      { weight: 5, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: length.map((expireAfterMs) => ({ expireAfterMs })) },
    ),
  });
  const job: fc.Arbitrary<NewJob> = wish.map(({ when, ends, ...rest }) => ({
    ...rest,
    body: `${rest.id} ${rest.task} ${rest.priority}`,
    ...when,
    ...ends,
  }));
  const text0 = fc.option(text, { nil: undefined });
  const told = fc
    .record({ trail: text0, notes: text0 })
    .map(({ trail, notes }) => ({ ...(trail !== undefined && { trail }), ...(notes !== undefined && { notes }) }));
  const follow = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.array(job, { maxLength: 2 }).map((jobs) => ({ follow: jobs })) },
  );
  const ending: fc.Arbitrary<Omit<Settlement, "id" | "lease">> = fc
    .tuple(
      fc.oneof(
        fc.record({ to: fc.constant("succeeded" as const), result: text, keep }),
        fc.record({ to: fc.constantFrom("failed", "failed", "expired", "cancelled"), error: text, keep }),
        fc.record({ to: fc.constant("retrying" as const), error: text, delayMs: fc.oneof(fc.constant(0), length) }),
        fc.constant({ to: "queued" as const }),
      ),
      fc.boolean(),
      told,
      follow,
    )
    .map(([kind, charged, notes, next]) => ({ ...kind, charged, ...notes, ...next }));
  // Most of what is settled and extended is held; the rest is mostly stale.
  const choice: fc.Arbitrary<LeaseChoice> = fc.record({
    among: fc.constantFrom("held", "held", "held", "given"),
    number: fc.nat(20),
  });
  const reservation = fc.record({
    queues: fc.uniqueArray(fc.record({ name: queue, limit: fc.constantFrom(1, 2, 5) }), {
      minLength: 1,
      selector: ({ name }) => name,
    }),
    tasks: fc.constantFrom(["known"], ["known", "rare"], ["rare"]),
    leaseMs: length,
    // A verdict of `unknown-task` depends on which reservation parked a job, which the contracts leave open.
    parkMs: fc.constant(1000 * HOUR),
  });

  const enqueue = fc.array(job, { minLength: 1, maxLength: 4 }).map((jobs) => new EnqueueCommand(jobs));
  const reserve = fc
    .tuple(fc.constantFrom("w1", "w2", "w3"), reservation)
    .map(([worker, given]) => new ReserveCommand(worker, given));
  const settle = fc.tuple(choice, ending).map(([number, given]) => new SettleCommand(number, given));
  return [
    enqueue,
    enqueue,
    reserve,
    reserve,
    reserve,
    settle,
    settle,
    settle,
    fc.tuple(choice, length, text0).map(([number, ms, notes]) => new ExtendCommand(number, ms, notes)),
    fc.tuple(ids, keep).map(([given, kept]) => new CancelCommand(given, kept)),
    ids.map((given) => new LoadCommand(given)),
    ids.map((given) => new ReplayCommand(given)),
    ...(time === "held" ? [fc.constantFrom(10, 20, 50).map((ms) => new AdvanceCommand(ms))] : []),
  ];
}
