import type { EnqueueOutcome, NewJob } from "../contracts/index.ts";
import { type AnyTask, checkName, isTask } from "../core/index.ts";
import { ArgumentsError, ConfigurationError, PartialSendError } from "../errors/index.ts";
import { currentJob } from "../internal/current-job.ts";
import { stepsOf } from "../internal/steps.ts";
import type { ClientHost } from "./client-host.ts";
import type { JobHandle } from "./job-handle.ts";
import type { OutgoingJob } from "./middleware.ts";
import { type Destination, checkArguments, newJob, withTravellers } from "./outgoing.ts";
import { BATCH_JOBS, type SendBuffer } from "./send-buffer.ts";
import { type SendOptions, type SendPlan, mergedOptions, sendPlan } from "./send-options.ts";

/** One of several sends that travel together, each with options of its own. */
export interface SendRequest {
  readonly task: string;
  readonly args: readonly unknown[];
  readonly options: SendOptions;
}

/** What became of one of them. */
export interface SentJob {
  readonly id: string;
  /** A job of this id was there already, and was left as it is. */
  readonly existed: boolean;
}

/** What senders with other options share. */
export interface SenderSetting {
  readonly host: ClientHost;
  readonly buffer: SendBuffer;
  readonly handleOf: (id: string) => JobHandle;
}

/** Makes jobs of tasks and arguments, takes them through middleware, and hands them to the store. */
export class Sender {
  readonly #setting: SenderSetting;
  readonly #host: ClientHost;
  readonly #options: SendOptions;
  readonly #plan: SendPlan;

  /** @throws ConfigurationError */
  constructor(setting: SenderSetting, options: SendOptions) {
    this.#setting = setting;
    this.#host = setting.host;
    this.#options = options;
    this.#plan = sendPlan(options);
  }

  /** Throws at once what is wrong with the arguments. */
  send(task: AnyTask | string, args: readonly unknown[]): Promise<JobHandle> {
    const destination = this.#destination(task);
    const checked = checkArguments(destination, args);
    if (checked !== undefined || this.#host.middleware.length > 0) {
      return this.#sendSlowly(destination, args, checked);
    }
    return this.#post(this.#newJob(destination, args));
  }

  async sendMany(task: AnyTask | string, list: readonly (readonly unknown[])[]): Promise<JobHandle[]> {
    if (this.#plan.id !== undefined && list.length > 1) {
      throw new ConfigurationError("an id of your own names one job: send the jobs one by one, each with its id");
    }
    const destination = this.#destination(task);
    const jobs: NewJob[] = [];
    for (const [at, args] of list.entries()) {
      if (!Array.isArray(args)) throw new ArgumentsError(`entry ${at} of sendMany must be a list of arguments`);
      const job = this.#prepared(destination, args);
      jobs.push(job instanceof Promise ? await job : job);
    }
    return this.#postChunks(jobs);
  }

  /** All or none, up to 1,000; one alone gathers with the other sends of its turn. */
  async sendEach(requests: readonly SendRequest[]): Promise<SentJob[]> {
    const jobs: NewJob[] = [];
    for (const { task, args, options } of requests) {
      const sender = new Sender(this.#setting, mergedOptions(this.#options, options));
      jobs.push(await sender.#prepared(this.#destination(task), args));
    }
    const [first] = jobs;
    const outcomes =
      first !== undefined && jobs.length === 1
        ? [await this.#accepted(first)]
        : await this.#setting.buffer.sendTogether(jobs);
    return jobs.map(({ id }, at) => ({ id, existed: outcomes[at] === "exists" }));
  }

  #destination(task: AnyTask | string): Destination {
    if (typeof task === "string") {
      checkName("task", task);
      return { name: task, known: this.#host.taskNamed(task) };
    }
    if (!isTask(task)) throw new ConfigurationError("send takes a task or the name of one, then its arguments");
    return { name: task.name, known: task };
  }

  #traceparent(): string | undefined {
    return this.#plan.traceparent ?? currentJob.getStore()?.traceparent;
  }

  #newJob(destination: Destination, args: readonly unknown[]): NewJob {
    return newJob(this.#host, this.#plan, destination, args, this.#traceparent());
  }

  /** A job that travels with others: checked, and as middleware leaves it. At once where nobody is to be waited for. */
  #prepared(destination: Destination, args: readonly unknown[]): NewJob | Promise<NewJob> {
    const checked = checkArguments(destination, args);
    if (checked === undefined && this.#host.middleware.length === 0) return this.#newJob(destination, args);
    return this.#preparedSlowly(destination, args, checked);
  }

  async #preparedSlowly(
    destination: Destination,
    args: readonly unknown[],
    checked: void | Promise<void>,
  ): Promise<NewJob> {
    await checked;
    const job = this.#newJob(destination, args);
    return this.#host.middleware.length === 0 ? job : this.#throughMiddleware(job, args);
  }

  #post(job: NewJob): Promise<JobHandle> {
    const { buffer, handleOf } = this.#setting;
    return new Promise((resolve, reject) => {
      buffer.add(job, () => resolve(handleOf(job.id)), reject);
    });
  }

  #accepted(job: NewJob): Promise<EnqueueOutcome> {
    return new Promise((resolve, reject) => {
      this.#setting.buffer.add(job, resolve, reject);
    });
  }

  async #sendSlowly(
    destination: Destination,
    args: readonly unknown[],
    checked: void | Promise<void>,
  ): Promise<JobHandle> {
    await checked;
    const job = this.#newJob(destination, args);
    if (this.#host.middleware.length === 0) return this.#post(job);
    const handle = this.#setting.handleOf(job.id);
    await this.#throughMiddleware(job, args, async (final) => {
      await this.#post(final);
    });
    return handle;
  }

  /** Runs the middleware around `deliver`, outermost first, and gives the job as they left it. */
  async #throughMiddleware(
    job: NewJob,
    args: readonly unknown[],
    deliver: (job: NewJob) => Promise<void> = () => Promise.resolve(),
  ): Promise<NewJob> {
    const outgoing: OutgoingJob = {
      id: job.id,
      task: job.task,
      queue: job.queue,
      args,
      meta: this.#options.meta,
      traceparent: this.#traceparent(),
    };
    let final: NewJob | undefined;
    const step = (at: number): Promise<void> => {
      const middleware = this.#host.middleware[at];
      if (middleware !== undefined) return middleware(outgoing, () => step(at + 1));
      final = withTravellers(job, this.#plan, args, outgoing, this.#host);
      return deliver(final);
    };
    await step(0);
    if (final !== undefined) return final;
    throw new ConfigurationError("a send middleware neither called next() nor threw: nothing was sent");
  }

  async #postChunks(jobs: readonly NewJob[]): Promise<JobHandle[]> {
    const { buffer, handleOf } = this.#setting;
    const accepted: JobHandle[] = [];
    for (const chunk of stepsOf(jobs, BATCH_JOBS)) {
      try {
        await buffer.sendTogether(chunk);
      } catch (cause) {
        if (accepted.length === 0) throw cause;
        const message = `${accepted.length} of ${jobs.length} jobs were accepted, then the store failed`;
        throw new PartialSendError(message, accepted, { cause });
      }
      for (const { id } of chunk) accepted.push(handleOf(id));
    }
    return accepted;
  }
}
