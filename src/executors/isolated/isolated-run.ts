import { type JobContext, thrownFor } from "../../context/index.ts";
import type { Execution } from "../../contracts/index.ts";
import { decodeValue, revivedError } from "../../core/index.ts";
import { IsolationError } from "../../errors/index.ts";
import type { FromBody } from "./body-messages.ts";
import type { BodyPool } from "./body-pool.ts";
import type { Body } from "./body.ts";
import { sentJob } from "./sent-job.ts";

/** One job in a thread or process. */
export class IsolatedRun implements Execution {
  readonly done: Promise<unknown>;
  readonly #job: JobContext;
  readonly #pool: BodyPool;
  readonly #args: readonly unknown[];
  #resolve: (value: unknown) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #body: Body | undefined;
  #killed = false;

  constructor(pool: BodyPool, job: JobContext, args: readonly unknown[]) {
    this.#pool = pool;
    this.#job = job;
    this.#args = args;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // No promise where there is none to wait for: a body that is free takes its job in this turn.
    const body = pool.take(this.#started);
    if (body instanceof Promise) body.then(this.#begin, this.#reject);
    else this.#begin(body);
  }

  readonly kill = (): void => {
    this.#killed = true;
    this.#body?.kill();
  };

  readonly #started = (body: Body): void => {
    this.#body = body;
    if (this.#killed) body.kill();
  };

  readonly #begin = (body: Body): void => {
    body.onMessage = this.#hear;
    body.onOver = this.#lost;
    if (body.isOver) {
      void body.over.then(this.#lost);
      return;
    }
    try {
      body.post(sentJob(this.#job, this.#args));
    } catch (error) {
      // What a schema made of the arguments can neither be encoded nor copied.
      if (this.#isFree()) this.#reject(error);
    }
  };

  readonly #hear = (message: FromBody): void => {
    if (typeof message === "string") {
      if (!this.#isFree()) return;
      this.#resolve(message === "" ? undefined : decodeValue(message));
    } else if (message.type === "thrown") {
      if (!this.#isFree()) return;
      const { kind, error, afterMs } = message.thrown;
      this.#reject(thrownFor({ kind, error: revivedError(error), afterMs }));
    } else if (message.type === "log") this.#job.log(message.line);
    else if (message.type === "progress") {
      this.#job.progress(message.value === undefined ? undefined : decodeValue(message.value));
    } else if (message.type === "attempts") this.#job.setRetriesLeft(message.allowed - this.#job.attempt);
  };

  readonly #lost = (why: string): void => {
    const { task, id } = this.#job;
    const noun = this.#body?.noun ?? "thread";
    this.#reject(
      new IsolationError(`the ${noun} of "${task}" ended before its function did: ${why}`, { details: { task, id } }),
    );
  };

  /** Gives the body back; not one that was ended, and had answered just before: `done` waits until it is over. */
  #isFree(): boolean {
    if (this.#killed || this.#body === undefined) return false;
    this.#pool.giveBack(this.#body);
    return true;
  }
}
