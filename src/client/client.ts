import type { ListQuery, StoredJob } from "../contracts/index.ts";
import {
  type AnyTask,
  type JobRecord,
  type JobState,
  type RunPlan,
  type Task,
  type WorkerInfo,
  durationMs,
  workerInfo,
} from "../core/index.ts";
import {
  CapabilityError,
  ClosedError,
  JobUnknownError,
  ResultTimeoutError,
  StoreUnavailableError,
} from "../errors/index.ts";
import { patiently } from "../internal/patience.ts";
import { cancelJobs } from "./cancelling.ts";
import type { ClientHost } from "./client-host.ts";
import { DeadLetters } from "./dead-letters.ts";
import { FinishedJobs } from "./finished-jobs.ts";
import { type HandleOwner, JobHandle, type WaitOptions } from "./job-handle.ts";
import { listQuery, refuseStrangeId, refuseStrangeIds } from "./looking.ts";
import { QueueDesk, type QueueInfo } from "./queue-desk.ts";
import { recordOf } from "./record-of.ts";
import { resultOf } from "./result-of.ts";
import { SendBuffer } from "./send-buffer.ts";
import { type SendOptions, mergedOptions } from "./send-options.ts";
import { type SendRequest, Sender, type SentJob } from "./sender.ts";
import { TimeLimits } from "./time-limits.ts";

/** What the clones of one client share. */
interface Shared {
  readonly host: ClientHost;
  readonly buffer: SendBuffer;
  readonly finished: FinishedJobs;
  /** On everything that is asked of the store but sends and waits, which have their own. */
  readonly limits: TimeLimits;
  closed: boolean;
}

/**
 * Sends jobs, reads their status and results, cancels them. Made by `app.client()`; safe to share and to clone by `with`.
 */
export class Client implements HandleOwner {
  readonly #shared: Shared;
  readonly #options: SendOptions;
  readonly #sender: Sender;
  /** The dead-letter queue. */
  readonly dead: DeadLetters;
  readonly #queues: QueueDesk;

  constructor(host: ClientHost, options: SendOptions = {}, shared?: Shared) {
    this.#shared = shared ?? {
      host,
      buffer: new SendBuffer(host.store, host.clock, host.sendTimeoutMs),
      finished: new FinishedJobs(host.store, host.clock),
      limits: new TimeLimits(host.clock),
      closed: false,
    };
    this.#options = options;
    const { buffer } = this.#shared;
    this.#sender = new Sender({ host, buffer, handleOf: (id) => new JobHandle(id, this) }, options);
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
      return this.#sender.send(task, args);
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
    return this.#sender.sendMany(task, list);
  }

  /** The job as it is now; `undefined` for an id that is unknown or purged. */
  async get(id: string): Promise<JobRecord | undefined> {
    const [job] = await this.getMany([id]);
    return job;
  }

  /** Several jobs as they are now, in the order of their ids; `undefined` for each that is unknown or purged. */
  async getMany(ids: readonly string[]): Promise<(JobRecord | undefined)[]> {
    refuseStrangeIds(ids);
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
    return this.#sender.sendEach(requests);
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

  async #patiently<T>(read: (store: Awaited<ReturnType<ClientHost["store"]>>) => Promise<T>): Promise<T> {
    this.#refuseClosed();
    const { host, limits } = this.#shared;
    const { clock, sendTimeoutMs } = host;
    const until = clock.monotonic() + sendTimeoutMs;
    let last: unknown;
    const ask = async (): Promise<T> => {
      try {
        return await read(await host.store());
      } catch (error) {
        last = error;
        throw error;
      }
    };
    // Why the try before failed says more.
    const late = (): unknown =>
      last ?? new StoreUnavailableError(`the store gave no answer within ${sendTimeoutMs} ms (sendTimeout)`);
    return patiently(clock, sendTimeoutMs, () => limits.within(until, ask, late));
  }

  #refuseClosed(): void {
    if (this.#shared.closed) throw new ClosedError("the client was closed");
  }
}

function inspectionOf<T>(inspection: T | undefined): T {
  if (inspection !== undefined) return inspection;
  throw new CapabilityError("this backend cannot list jobs; use a store or a backend that can");
}
