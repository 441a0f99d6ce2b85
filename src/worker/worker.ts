import { hostname } from "node:os";
import type { Clock, Store } from "../contracts/index.ts";
import { type Duration, type WorkerAbout, durationMs } from "../core/index.ts";
import { ConfigurationError, WorkerStateError } from "../errors/index.ts";
import { Emitter } from "../internal/emitter.ts";
import { isolatedTasks } from "../internal/isolated.ts";
import { KeepAlive } from "../internal/keep-alive.ts";
import { packageVersion } from "../internal/package-version.ts";
import { Announcer } from "./announcer.ts";
import { hasCallbacks, isCallbackTask } from "./callbacks.ts";
import { Conversation } from "./conversation.ts";
import { JobRunner } from "./job-runner.ts";
import { KnownTasks } from "./known-tasks.ts";
import { Lanes } from "./lanes.ts";
import { LeaseGuard } from "./lease-guard.ts";
import { Outcomes } from "./outcomes.ts";
import { PurgeLoop } from "./purge-loop.ts";
import type { WorkerLines } from "./settling.ts";
import { StopSignals } from "./stop-signals.ts";
import { strayRejections } from "./stray-rejections.ts";
import type { WorkerEvents } from "./worker-events.ts";
import type { ExecutablesInForce, Executors, WorkerHost } from "./worker-host.ts";
import { type QueueOptions, type WorkerOptions, type WorkerPlan, queuePlan, workerPlan } from "./worker-options.ts";

/** `idle` → `starting` → `running` → `stopping` → `stopped`; a worker is started once. */
export type WorkerState = "idle" | "starting" | "running" | "stopping" | "stopped";

export interface WorkerHealth {
  readonly state: WorkerState;
  /** Running, no function hung, and the store was reached lately. */
  readonly healthy: boolean;
  /** Functions that ignored their signal and still hold a slot. */
  readonly hung: number;
  /** Jobs in a slot. */
  readonly running: number;
  /** Milliseconds since the store last answered an exchange. */
  readonly sinceExchangeMs: number;
}

/** How long the last outcomes may take to reach the store when a worker stops. */
const FLUSH_MS = 5_000;

/** Reserves jobs from queues and runs them. Made by `app.worker()`. */
export class Worker {
  readonly #host: WorkerHost;
  readonly #plan: WorkerPlan;
  readonly #emitter: Emitter<WorkerEvents>;
  readonly #lanes: Lanes;
  readonly #runner: JobRunner;
  readonly #tasks: KnownTasks;
  readonly #executors: Executors;
  readonly #outcomes: Outcomes;
  readonly #keepAlive = new KeepAlive();
  readonly #signals: StopSignals;
  #state: WorkerState = "idle";
  #conversation: Conversation | undefined;
  #guard: LeaseGuard | undefined;
  #purge: PurgeLoop | undefined;
  #announcer: Announcer | undefined;
  #startedAt = 0;
  #stopping: Promise<void> | undefined;
  #graceOver: (() => void) | undefined;
  #unwatch: (() => void) | undefined;

  constructor(host: WorkerHost, options: WorkerOptions) {
    this.#host = host;
    this.#plan = workerPlan(options);
    this.#emitter = new Emitter((error) => host.logger.error("a listener threw", { error: String(error) }));
    this.#outcomes = new Outcomes(this.#emitter, host);
    const { tasks, executables } = this.#plan;
    this.#executors = host.executors(executables);
    this.#tasks = new KnownTasks(tasks, this.#executors.folder, executables?.named ?? []);
    this.#runner = new JobRunner(
      host,
      this.#plan,
      this.#tasks,
      (task) => this.#executors.executorFor(task),
      this.#outcomes,
      () => this.#lines(),
      (lane) => this.#lanes.slotFree(lane),
    );
    this.#lanes = new Lanes({
      clock: host.clock,
      plan: this.#plan,
      hasCallbacks: [...tasks.values(), ...(executables?.all ?? [])].some(hasCallbacks),
      runner: () => this.#runner,
      conversation: () => this.#conversation,
    });
    this.#signals = new StopSignals((timeoutMs) => this.stop({ timeout: timeoutMs }));
  }

  /** Told apart by this in records and logs. */
  get name(): string {
    return this.#plan.name;
  }

  /** The queues it serves, each with its concurrency. */
  get queues(): ReadonlyMap<string, number> {
    return this.#lanes.queues;
  }

  get health(): WorkerHealth {
    const sinceExchangeMs =
      this.#conversation === undefined ? 0 : this.#clock.monotonic() - this.#conversation.lastExchangeAt;
    return {
      state: this.#state,
      // An idle worker renews its wait every 30 s.
      healthy: this.#state === "running" && this.#runner.hung === 0 && sinceExchangeMs < 45_000,
      hung: this.#runner.hung,
      running: this.#runner.running,
      sinceExchangeMs,
    };
  }

  /** Calls `listener` for every event of this name. Returns how to stop that. See docs/events.md. */
  on<K extends keyof WorkerEvents>(name: K, listener: (event: WorkerEvents[K]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /**
   * Starts serving. Resolves when the store is open and the first jobs are asked for. In a thread or process that was made to
   * run isolated tasks, nothing happens: there, a module that also starts a worker only defines its tasks.
   *
   * @throws WorkerStateError when it was started before; CapabilityError when executables cannot be run as the options want
   * it; what opening the store throws
   */
  async start(): Promise<this> {
    if (isolatedTasks() !== undefined) return this;
    if (this.#state !== "idle") {
      throw new WorkerStateError(
        `this worker is ${this.#state}; a worker is started once, make a new one with app.worker()`,
      );
    }
    this.#state = "starting";
    let store: Store;
    let executables: ExecutablesInForce | undefined;
    try {
      store = await this.#host.store();
      executables = await this.#executors.open();
    } catch (error) {
      if (this.#stopping === undefined) this.#state = "idle";
      throw error;
    }
    if (this.#stopping !== undefined) {
      await this.#executors.close();
      throw new WorkerStateError("this worker was stopped before it had started");
    }
    const conversation = new Conversation(store, this.#plan, this.#tasks.names, this.#clock, {
      onLeases: (lane, leases) => {
        this.#guard?.hold(leases.map(({ lease }) => lease));
        this.#lanes.reserved(lane, leases);
      },
      onParked: (queue, task, count) => this.#outcomes.unknownTask(queue, task, count),
      onError: (error) => this.#outcomes.error(error),
    });
    this.#conversation = conversation;
    this.#guard = new LeaseGuard(store, conversation, this.#host, this.#plan.leaseMs, {
      // Whichever of the two has it: the job runs, or it waits for a slot.
      onLost: (id, lease) => {
        this.#runner.lose(id, lease);
        this.#lanes.lose(id, lease);
      },
      onCancel: (id, lease) => {
        this.#runner.cancel(id, lease);
        this.#lanes.cancel(id, lease);
      },
    });
    this.#purge = new PurgeLoop(store, this.#clock, (error) => this.#outcomes.error(error));
    this.#purge.start();
    strayRejections.install();
    this.#keepAlive.hold();
    if (this.#plan.graceMs !== undefined) this.#signals.listen(this.#plan.graceMs);
    this.#state = "running";
    for (const [queue, plan] of this.#plan.queues) this.#lanes.open(queue, plan);
    this.#startedAt = this.#clock.now();
    if (store.presence !== undefined) {
      this.#announcer = new Announcer(store.presence, store, this.#clock, this.#host.logger, this.name, () =>
        this.#about(),
      );
      this.#announcer.announce();
    }
    this.#unwatch = this.#executors.folder?.onChange(() => this.#lookAtFolder());
    this.#tellReady(executables);
    return this;
  }

  /**
   * Starts serving one more queue, or an earlier one again.
   *
   * @throws ConfigurationError, WorkerStateError
   */
  startQueue(queue: string, options: number | QueueOptions = {}): void {
    if (this.#state !== "running") throw new WorkerStateError(`this worker is ${this.#state}, not running`);
    const plan = queuePlan(queue, options);
    if (this.#lanes.has(queue)) throw new ConfigurationError(`queue "${queue}" is served already`);
    this.#lanes.open(queue, plan);
    this.#announcer?.announce();
  }

  /** Stops serving one queue; resolves when its running jobs are done. Nothing happens if it is not served. */
  async stopQueue(queue: string): Promise<void> {
    const lanes = this.#lanes.close(queue);
    if (lanes.length > 0) this.#announcer?.announce();
    await this.#lanes.whenDrained(() => lanes.every(({ taken }) => taken === 0));
  }

  /**
   * Stops: nothing new is reserved, running jobs may finish within `timeout` (default 30 s), the rest are told by their
   * signal and given back uncharged. Resolves when everything is settled. Calling it again, or before a start, is fine.
   */
  stop(options: { readonly timeout?: Duration } = {}): Promise<void> {
    const timeoutMs = durationMs(options.timeout ?? "30s", "timeout");
    if (this.#state === "starting") {
      this.#stopping ??= Promise.resolve();
      this.#state = "stopped";
    }
    if (this.#state === "idle") this.#state = "stopped";
    if (this.#state === "stopped") return Promise.resolve();
    if (timeoutMs === 0) this.#graceOver?.();
    this.#stopping ??= this.#stop(timeoutMs);
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #clock(): Clock {
    return this.#host.clock;
  }

  #about(): WorkerAbout {
    return {
      queues: Object.fromEntries(this.queues),
      tasks: this.#tasks.names.filter((name) => !isCallbackTask(name)),
      running: this.#runner.running,
      version: packageVersion(),
      host: hostname(),
      pid: process.pid,
      startedAt: this.#startedAt,
    };
  }

  #lines(): WorkerLines {
    const conversation = this.#conversation;
    const guard = this.#guard;
    if (conversation === undefined || guard === undefined) throw new WorkerStateError("this worker was not started");
    return { conversation, guard };
  }

  #tellReady(executables: ExecutablesInForce | undefined): void {
    const queues = [...this.#plan.queues.keys()];
    this.#emitter.emit("ready", { worker: this.name, queues, ...(executables === undefined ? {} : { executables }) });
    this.#host.logger.debug("worker started", { worker: this.name, queues: Object.fromEntries(this.queues) });
    if (executables === undefined) return;
    const { why, ...inForce } = executables;
    if (why === undefined) this.#host.logger.info("executables", { ...inForce });
    else this.#host.logger.warn("executables are held together less strictly than they could be", { ...executables });
  }

  /** Files came or went: what is waited for, and reserved next, is to have their names. */
  #lookAtFolder(): void {
    if (!this.#tasks.refresh()) return;
    this.#announcer?.announce();
    this.#lanes.ask();
    this.#announcer?.announce();
  }

  async #stop(timeoutMs: number): Promise<void> {
    this.#state = "stopping";
    this.#emitter.emit("stopping", { worker: this.name });
    this.#unwatch?.();
    this.#lanes.closeAll();
    await this.#grace(timeoutMs);
    await this.#runner.leaveAll();
    await this.#conversation?.flush(FLUSH_MS);
    await this.#announcer?.leave();
    await this.#executors.close();
    this.#guard?.close();
    this.#conversation?.close();
    this.#purge?.stop();
    this.#lanes.end();
    this.#signals.ignore();
    strayRejections.uninstall();
    this.#keepAlive.release();
    this.#state = "stopped";
    this.#emitter.emit("stopped", { worker: this.name });
  }

  /** Waits for running jobs, until they are done, `timeoutMs` are over, or somebody cuts it short. */
  async #grace(timeoutMs: number): Promise<void> {
    if (this.#runner.running === 0 || timeoutMs === 0) return;
    const over = new Promise<void>((resolve) => {
      this.#graceOver = resolve;
    });
    const timer = this.#clock.setTimer(timeoutMs, () => this.#graceOver?.());
    await Promise.race([this.#lanes.whenDrained(() => this.#runner.running === 0), over]);
    timer.cancel();
  }
}
