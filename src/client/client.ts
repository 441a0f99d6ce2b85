import type { EnqueueOutcome, ListQuery, NewJob, StoredJob } from "../contracts/index.ts";
import {
  type AnyTask,
  type JobRecord,
  type JobState,
  type RunPlan,
  type Task,
  type WorkerInfo,
  checkName,
  durationMs,
  isTask,
  workerInfo,
} from "../core/index.ts";
import {
  ArgumentsError,
  CapabilityError,
  ClosedError,
  ConfigurationError,
  JobUnknownError,
  PartialSendError,
  ResultTimeoutError,
} from "../errors/index.ts";
import { currentJob } from "../internal/current-job.ts";
import { patiently } from "../internal/patience.ts";
import { cancelJobs } from "./cancelling.ts";
import type { ClientHost } from "./client-host.ts";
import { DeadLetters } from "./dead-letters.ts";
import { FinishedJobs } from "./finished-jobs.ts";
import { type HandleOwner, JobHandle, type WaitOptions } from "./job-handle.ts";
import type { OutgoingJob } from "./middleware.ts";
import { type Destination, checkArguments, newJob, withTravellers } from "./outgoing.ts";
import { listQuery, refuseStrangeId } from "./looking.ts";
import { QueueDesk, type QueueInfo } from "./queue-desk.ts";
import { recordOf } from "./record-of.ts";
import { resultOf } from "./result-of.ts";
import { BATCH_JOBS, SendBuffer } from "./send-buffer.ts";
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

/** What the clones of one client share. */
interface Shared {
  readonly host: ClientHost;
  readonly buffer: SendBuffer;
  readonly finished: FinishedJobs;
  closed: boolean;
}

/**
 * Sends jobs, reads their status and results, cancels them. Made by `app.client()`; safe to share and to clone by `with`.
 */
export class Client implements HandleOwner {
  readonly #shared: Shared;
  readonly #options: SendOptions;
  readonly #plan: SendPlan;
  /** The dead-letter queue. */
  readonly dead: DeadLetters;
  readonly #queues: QueueDesk;

  constructor(host: ClientHost, options: SendOptions = {}, shared?: Shared) {
    this.#shared = shared ?? {
      host,
      buffer: new SendBuffer(host.store, host.clock, host.sendTimeoutMs),
      finished: new FinishedJobs(host.store, host.clock),
      closed: false,
    };
    this.#options = options;
    this.#plan = sendPlan(options);
    this.dead = new DeadLetters((look) => this.#patiently(look), host.codes);
    this.#queues = new QueueDesk(
      (look) => this.#patiently(look),
      (ids) => this.cancelMany(ids),
    );
  }

  /**
   * A client that sends with these options over its own; this one stays as it is.
   *
   * @throws ConfigurationError when an option is not what it must be
   */
  with(options: SendOptions): Client {
    return new Client(this.#shared.host, mergedOptions(this.#options, options), this.#shared);
  }

  /**
   * Sends one job, by task or by name. Resolves when the store has it in its durable mode; from then on it ends in
   * exactly one final state.
   *
   * @throws ArgumentsError, PayloadError, PayloadTooLargeError for what cannot be sent; SendTimeoutError,
   * StoreUnavailableError, StoreFullError when the store did not take it; ClosedError
   */
  send<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Promise<JobHandle<R>>;
  send<R = unknown>(task: string, ...args: readonly unknown[]): Promise<JobHandle<R>>;
  send(task: AnyTask | string, ...args: readonly unknown[]): Promise<JobHandle> {
    try {
      this.#refuseClosed();
      const destination = this.#destination(task);
      const checked = checkArguments(destination, args);
      if (checked !== undefined || this.#shared.host.middleware.length > 0) {
        return this.#sendSlowly(destination, args, checked);
      }
      return this.#post(newJob(this.#shared.host, this.#plan, destination, args, this.#traceparent()));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends many jobs of one task in one round trip: all or none, up to 1,000. More go in whole chunks.
   *
   * @throws what `send` throws; PartialSendError with the jobs that were accepted, when a later chunk failed
   */
  sendMany<A extends readonly unknown[], R>(task: Task<A, R>, list: readonly NoInfer<A>[]): Promise<JobHandle<R>[]>;
  sendMany<R = unknown>(task: string, list: readonly (readonly unknown[])[]): Promise<JobHandle<R>[]>;
  async sendMany(task: AnyTask | string, list: readonly (readonly unknown[])[]): Promise<JobHandle[]> {
    this.#refuseClosed();
    if (this.#plan.id !== undefined && list.length > 1) {
      throw new ConfigurationError("an id of your own names one job: send the jobs one by one, each with its id");
    }
    const destination = this.#destination(task);
    const jobs: NewJob[] = [];
    const traceparent = this.#traceparent();
    for (const [at, args] of list.entries()) {
      if (!Array.isArray(args)) throw new ArgumentsError(`entry ${at} of sendMany must be a list of arguments`);
      const checked = checkArguments(destination, args);
      if (checked !== undefined) await checked;
      const job = newJob(this.#shared.host, this.#plan, destination, args, traceparent);
      jobs.push(this.#shared.host.middleware.length === 0 ? job : await this.#throughMiddleware(job, args));
    }
    return this.#postChunks(jobs);
  }

  /** The job as it is now; `undefined` for an id that is unknown or purged. */
  async get(id: string): Promise<JobRecord | undefined> {
    const [job] = await this.getMany([id]);
    return job;
  }

  /** Several jobs as they are now, in the order of their ids; `undefined` for each that is unknown or purged. */
  async getMany(ids: readonly string[]): Promise<(JobRecord | undefined)[]> {
    for (const id of ids) refuseStrangeId(id);
    const jobs = await this.#patiently((store) => store.load(ids));
    return jobs.map((job) => (job === undefined ? undefined : recordOf(job, this.#shared.host.codes)));
  }

  /** A handle on a job that was sent elsewhere or earlier. Looks nothing up. */
  job<R = unknown>(id: string): JobHandle<R> {
    refuseStrangeId(id);
    return new JobHandle<R>(id, this);
  }

  /** Jobs, newest first, a page at a time; pass `cursor` on for the next one. Default limit 50, at most 1,000. */
  async list(query: Partial<ListQuery> = {}): Promise<{ jobs: JobRecord[]; cursor?: string }> {
    const checked = listQuery(query);
    const page = await this.#patiently((store) => inspectionOf(store.inspection).list(checked));
    const jobs = page.jobs.map((job) => recordOf(job, this.#shared.host.codes));
    return page.cursor === undefined ? { jobs } : { jobs, cursor: page.cursor };
  }

  /** Every queue that has jobs or is paused, with the number of jobs by state; ordered by name. */
  queues(): Promise<QueueInfo[]> {
    return this.#queues.list();
  }

  /**
   * Holds a queue, for every worker and until it is resumed: what waits in it goes on waiting, what runs goes on running,
   * and jobs can be sent to it.
   *
   * @throws CapabilityError where the store cannot; ConfigurationError for what is no name of a queue
   */
  pauseQueue(queue: string): Promise<void> {
    return this.#queues.pause(queue);
  }

  /** Lets a queue that was paused go on; nothing happens to one that was not. Throws what `pauseQueue` throws. */
  resumeQueue(queue: string): Promise<void> {
    return this.#queues.resume(queue);
  }

  /**
   * Cancels everything that waits in a queue: queued, scheduled or retrying. What runs goes on. Returns how many jobs were
   * cancelled.
   *
   * @throws ConfigurationError for what is no name of a queue
   */
  drainQueue(queue: string): Promise<number> {
    return this.#queues.drain(queue);
  }

  /**
   * The workers that are alive, by name: what they serve, since when, and in which version of Millrace.
   *
   * @throws CapabilityError where the store does not know them
   */
  async workers(): Promise<WorkerInfo[]> {
    const present = await this.#patiently(({ presence }) => {
      if (presence === undefined) throw new CapabilityError("this store does not know its workers; use one that does");
      return presence.present();
    });
    return present
      .flatMap(({ name, about, seenAt }) => workerInfo(name, about, seenAt) ?? [])
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Cancels a job, from any process: a waiting one at once, a running one through its signal. Returns the state that
   * results: `cancelled`, `running` while the task is being told, or the final state it had already.
   *
   * @throws JobUnknownError
   */
  async cancel(id: string): Promise<JobState> {
    refuseStrangeId(id);
    const [state] = await this.cancelMany([id]);
    if (state === undefined) throw new JobUnknownError(`there is no job ${id}`, { details: { id } });
    return state;
  }

  /** Whether `close` was called on it, or on a clone. */
  get isClosed(): boolean {
    return this.#shared.closed;
  }

  /** Ends this client and all its clones; the app's store stays open. Waits that are under way end with ClosedError. */
  close(): void {
    this.#shared.closed = true;
    this.#shared.finished.close(new ClosedError("the client was closed"));
  }

  /** @internal */
  async cancelMany(ids: readonly string[], said?: RunPlan): Promise<readonly (JobState | undefined)[]> {
    return cancelJobs((look) => this.#patiently(look), this.#shared.host, ids, said);
  }

  /** @internal All or none, up to 1,000; one alone gathers with the other sends of its turn. */
  async sendEach(requests: readonly SendRequest[]): Promise<SentJob[]> {
    this.#refuseClosed();
    const { host, buffer } = this.#shared;
    const jobs: NewJob[] = [];
    for (const { task, args, options } of requests) {
      const destination = this.#destination(task);
      const checked = checkArguments(destination, args);
      if (checked !== undefined) await checked;
      const plan = sendPlan(mergedOptions(this.#options, options));
      const job = newJob(host, plan, destination, args, plan.traceparent);
      jobs.push(host.middleware.length === 0 ? job : await this.with(options).#throughMiddleware(job, args));
    }
    const [first] = jobs;
    const outcomes =
      first !== undefined && jobs.length === 1 ? [await this.#accepted(first)] : await buffer.sendTogether(jobs);
    return jobs.map(({ id }, at) => ({ id, existed: outcomes[at] === "exists" }));
  }

  /** @internal */
  async wait(id: string, options: WaitOptions): Promise<JobRecord> {
    return recordOf(await this.#final(id, options), this.#shared.host.codes);
  }

  /** @internal */
  async resultOf(id: string, options: WaitOptions): Promise<unknown> {
    return resultOf(await this.#final(id, options));
  }

  async #final(id: string, { timeout, signal }: WaitOptions): Promise<StoredJob> {
    this.#refuseClosed();
    const timeoutMs = timeout === undefined ? undefined : durationMs(timeout, "timeout");
    const job = await this.#shared.finished.wait(id, timeoutMs, signal);
    if (job === "timeout") {
      throw new ResultTimeoutError(`job ${id} was not finished within ${timeoutMs} ms; it goes on`, {
        details: { id },
      });
    }
    if (job === undefined) {
      throw new JobUnknownError(`there is no job ${id}: never sent, or purged by its retention`, { details: { id } });
    }
    return job;
  }

  #destination(task: AnyTask | string): Destination {
    if (typeof task === "string") {
      checkName("task", task);
      return { name: task, known: this.#shared.host.taskNamed(task) };
    }
    if (!isTask(task)) throw new ConfigurationError("send takes a task or the name of one, then its arguments");
    return { name: task.name, known: task };
  }

  #traceparent(): string | undefined {
    return this.#plan.traceparent ?? currentJob.getStore()?.traceparent;
  }

  #post(job: NewJob): Promise<JobHandle> {
    return new Promise((resolve, reject) => {
      this.#shared.buffer.add(job, () => resolve(new JobHandle(job.id, this)), reject);
    });
  }

  #accepted(job: NewJob): Promise<EnqueueOutcome> {
    return new Promise((resolve, reject) => {
      this.#shared.buffer.add(job, resolve, reject);
    });
  }

  async #sendSlowly(
    destination: Destination,
    args: readonly unknown[],
    checked: void | Promise<void>,
  ): Promise<JobHandle> {
    await checked;
    const job = newJob(this.#shared.host, this.#plan, destination, args, this.#traceparent());
    if (this.#shared.host.middleware.length === 0) return this.#post(job);
    const handle = new JobHandle(job.id, this);
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
    const { host } = this.#shared;
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
      const middleware = host.middleware[at];
      if (middleware !== undefined) return middleware(outgoing, () => step(at + 1));
      final = withTravellers(job, this.#plan, args, outgoing, host);
      return deliver(final);
    };
    await step(0);
    if (final === undefined) throw swallowed();
    return final;
  }

  async #postChunks(jobs: readonly NewJob[]): Promise<JobHandle[]> {
    const accepted: JobHandle[] = [];
    for (let from = 0; from < jobs.length; from += BATCH_JOBS) {
      const chunk = jobs.slice(from, from + BATCH_JOBS);
      try {
        await this.#shared.buffer.sendTogether(chunk);
      } catch (error) {
        if (accepted.length === 0) throw error;
        throw new PartialSendError(
          `${accepted.length} of ${jobs.length} jobs were accepted, then the store failed`,
          accepted,
          {
            cause: error,
          },
        );
      }
      for (const { id } of chunk) accepted.push(new JobHandle(id, this));
    }
    return accepted;
  }

  async #patiently<T>(read: (store: Awaited<ReturnType<ClientHost["store"]>>) => Promise<T>): Promise<T> {
    this.#refuseClosed();
    const { host } = this.#shared;
    return patiently(host.clock, host.sendTimeoutMs, async () => read(await host.store()));
  }

  #refuseClosed(): void {
    if (this.#shared.closed) throw new ClosedError("the client was closed");
  }
}

function swallowed(): ConfigurationError {
  return new ConfigurationError("a send middleware neither called next() nor threw: nothing was sent");
}

function inspectionOf<T>(inspection: T | undefined): T {
  if (inspection !== undefined) return inspection;
  throw new CapabilityError("this backend cannot list jobs; use a store or a backend that can");
}
