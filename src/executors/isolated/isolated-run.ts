import { type JobContext, thrownFor } from "../../context/index.ts";
import type { Execution } from "../../contracts/index.ts";
import { decodeValue, revivedError } from "../../core/index.ts";
import { IsolationError } from "../../errors/index.ts";
import type { FromBody, SentEnd, SentJob } from "./body-messages.ts";
import type { BodyPool } from "./body-pool.ts";
import type { Body } from "./body.ts";

/** One job in a thread or process. */
export class IsolatedRun implements Execution {
  readonly done: Promise<unknown>;
  readonly #job: JobContext;
  readonly #pool: BodyPool;
  readonly #args: readonly unknown[];
  #body: Body | undefined;
  #killed = false;

  constructor(pool: BodyPool, job: JobContext, args: readonly unknown[]) {
    this.#pool = pool;
    this.#job = job;
    this.#args = args;
    this.done = this.#run();
  }

  readonly kill = (): void => {
    this.#killed = true;
    this.#body?.kill();
  };

  async #run(): Promise<unknown> {
    const body = await this.#pool.take((started) => {
      this.#body = started;
      if (this.#killed) started.kill();
    });
    const end = await new Promise<SentEnd | string>((resolve) => {
      body.onMessage = (message) => this.#hear(message, resolve);
      body.onOver = resolve;
      if (body.isOver) void body.over.then(resolve);
      else body.post(this.#sent());
    });
    if (typeof end === "string") {
      const { task, id } = this.#job;
      throw new IsolationError(`the ${body.noun} of "${task}" ended before its function did: ${end}`, {
        details: { task, id },
      });
    }
    this.#pool.giveBack(body);
    if (end.kind === "value") return end.value === undefined ? undefined : decodeValue(end.value);
    throw thrownFor({ kind: end.kind, error: revivedError(end.error), afterMs: end.afterMs });
  }

  #hear(message: FromBody, onEnd: (end: SentEnd) => void): void {
    if (message.type === "end") onEnd(message.end);
    else if (message.type === "log") this.#job.log(message.line);
    else if (message.type === "progress") {
      this.#job.progress(message.value === undefined ? undefined : decodeValue(message.value));
    } else if (message.type === "attempts") this.#job.setRetriesLeft(message.allowed - this.#job.attempt);
  }

  #sent(): SentJob {
    const { id, task, queue, attempt, crashes, createdAt, retriesLeft } = this.#job;
    const { expireAt, meta, traceparent, deadline } = this.#job;
    return {
      id,
      task,
      queue,
      attempt,
      crashes,
      createdAt,
      args: this.#args,
      attemptsAllowed: attempt + retriesLeft,
      ...(expireAt === undefined ? {} : { expireAt }),
      ...(Object.keys(meta).length === 0 ? {} : { meta }),
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(deadline === undefined ? {} : { deadline }),
    };
  }
}
