import { Millrace, type MillraceOptions } from "../app/index.ts";
import type { Client } from "../client/index.ts";
import type { AnyTask } from "../core/index.ts";
import type { Worker, WorkerOptions } from "../worker/index.ts";
import { FakeClock } from "./fake-clock.ts";

export interface TestAppOptions extends Omit<MillraceOptions, "store" | "broker" | "backend" | "tasks"> {
  /** What the app's worker runs. */
  readonly tasks: readonly AnyTask[];
  /** Queues of the worker, as in its own options. Default: those of the tasks, 10 each. */
  readonly queues?: WorkerOptions["queues"];
  /**
   * Run each job within its send: `send` resolves when the job is final, or waits for a time or a retry. Default false:
   * jobs run when the test says `settle` or `advance`.
   */
  readonly inline?: boolean;
}

/** An app in memory, with its worker started, on a clock that the test moves. */
export interface TestApp extends AsyncDisposable {
  readonly app: Millrace;
  readonly client: Client;
  readonly worker: Worker;
  readonly clock: FakeClock;
  /** Lets everything that is due run, until nothing happens any more. */
  settle(): Promise<void>;
  /** Lets time pass, and everything that becomes due in it run. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Turns of the event loop in which nothing may happen before an app counts as quiet. */
const QUIET_TURNS = 20;

/**
 * Makes an app for a test: nothing on disk, no real time, no other process.
 *
 * ```ts
 * await using test = await testApp({ tasks: [add] });
 * const job = await test.client.with({ runAfter: "1h" }).send(add, 1, 2);
 * await test.advance(3_600_000);
 * await job.result(); // 3
 * ```
 */
export async function testApp({ tasks, queues, inline = false, ...options }: TestAppOptions): Promise<TestApp> {
  const clock = new FakeClock();
  const app = new Millrace({ ...options, store: "memory:" }, { clock });
  const worker = app.worker({ tasks, ...(queues === undefined ? {} : { queues }) });
  const settle = (): Promise<void> => quiet(worker);
  if (inline) {
    app.use({
      send: async (_job, next) => {
        await next();
        await settle();
      },
    });
  }
  await worker.start();
  const close = async (): Promise<void> => {
    await worker.stop({ timeout: 0 });
    await app.close();
  };
  return {
    app,
    client: app.client(),
    worker,
    clock,
    settle,
    async advance(ms) {
      await settle();
      await clock.advance(ms);
      await settle();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Waits until the worker has started and ended nothing for some turns. */
async function quiet(worker: Worker): Promise<void> {
  let happened = true;
  const stops = (["started", "succeeded", "failed", "retrying", "expired", "cancelled"] as const).map((name) =>
    worker.on(name, () => {
      happened = true;
    }),
  );
  try {
    while (happened) {
      happened = false;
      for (let turn = 0; turn < QUIET_TURNS; turn += 1) await nextTurn();
    }
  } finally {
    for (const stop of stops) stop();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
