import { Client, type SendMiddleware, type SendOptions } from "../client/index.ts";
import type { Clock, Finding, Logger, Store } from "../contracts/index.ts";
import { type AnyTask, JobIds } from "../core/index.ts";
import { ClosedError, DuplicateTaskError } from "../errors/index.ts";
import type { ExecutableFolder } from "../executors/index.ts";
import type { Gateway, GatewayHost, GatewayOptions } from "../gateway/index.ts";
import { packageVersion } from "../internal/package-version.ts";
import { systemClock } from "../internal/system-clock.ts";
import { ConsoleLogger } from "../telemetry/index.ts";
import { type RunMiddleware, Worker, type WorkerOptions } from "../worker/index.ts";
import { type StoreChoice, demandOwnStore, openStore, storeChoice } from "./open-store.ts";
import { type AppPlan, type MillraceOptions, appPlan } from "./options.ts";
import { TaskExecutors } from "./task-executors.ts";

/** Wraps around every send and every attempt of an app. */
export interface Middleware {
  readonly send?: SendMiddleware;
  readonly run?: RunMiddleware;
}

/** What tests put in the place of the machine's own. */
export interface Surroundings {
  readonly clock?: Clock;
}

/**
 * An app: a store, and the clients and workers that share it.
 *
 * ```ts
 * const app = new Millrace({ store: "sqlite:./jobs.db" });
 * ```
 *
 * Nothing is opened before it is needed. `close` ends everything that the app opened; `await using` does too.
 */
export class Millrace {
  readonly #plan: AppPlan;
  readonly #choice: StoreChoice;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #ids: JobIds;
  readonly #tasks = new Map<string, AnyTask>();
  readonly #sendMiddleware: SendMiddleware[] = [];
  readonly #runMiddleware: RunMiddleware[] = [];
  readonly #workers = new Set<Worker>();
  readonly #gateways = new Set<Gateway>();
  readonly #folders: ExecutableFolder[] = [];
  /** Of its store, where they are URLs. */
  readonly #addresses: readonly string[];
  #client: Client | undefined;
  #store: Promise<Store> | undefined;
  #closing: Promise<void> | undefined;

  /** @throws ConfigurationError, StoreUrlError, DuplicateTaskError */
  constructor(options: MillraceOptions = {}, { clock = systemClock }: Surroundings = {}) {
    this.#plan = appPlan(options);
    this.#choice = storeChoice(options);
    this.#clock = clock;
    this.#logger = options.logger ?? new ConsoleLogger(this.#plan.debug === false ? "warn" : "debug");
    this.#ids = new JobIds(() => clock.now());
    this.#know(options.tasks ?? []);
    this.#addresses = [options.store, options.broker, options.backend].filter(
      (address): address is string => typeof address === "string" && address.includes("//"),
    );
  }

  /** A client of this app; with options, one that sends with them. */
  client(options?: SendOptions): Client {
    this.#refuseClosed();
    if (this.#client === undefined || this.#client.isClosed)
      this.#client = new Client({
        store: () => this.#open(),
        taskNamed: (name) => this.#tasks.get(name) ?? this.#executable(name),
        ids: this.#ids,
        clock: this.#clock,
        logger: this.#logger,
        plan: this.#plan.run,
        expireAfterMs: this.#plan.expireAfterMs,
        sendTimeoutMs: this.#plan.sendTimeoutMs,
        maxPayloadBytes: this.#plan.maxPayloadBytes,
        codes: this.#plan.codes,
        middleware: this.#sendMiddleware,
      });
    return options === undefined ? this.#client : this.#client.with(options);
  }

  /**
   * A worker of this app, not started yet.
   *
   * @throws ConfigurationError, DuplicateTaskError; CapabilityError where the store is reached through a gateway
   */
  worker(options: WorkerOptions): Worker {
    this.#refuseClosed();
    demandOwnStore(this.#choice, "a worker");
    const worker = new Worker(
      {
        store: () => this.#open(),
        executors: (executables) => {
          const executors = new TaskExecutors(executables, {
            logger: this.#logger,
            maxPayloadBytes: this.#plan.maxPayloadBytes,
            addresses: this.#addresses,
          });
          if (executors.folder !== undefined) this.#folders.push(executors.folder);
          return executors;
        },
        clock: this.#clock,
        logger: this.#logger,
        plan: this.#plan.run,
        maxPayloadBytes: this.#plan.maxPayloadBytes,
        middleware: this.#runMiddleware,
        debug: this.#plan.debug,
      },
      options,
    );
    this.#know(options.tasks ?? []);
    this.#workers.add(worker);
    worker.on("stopped", () => this.#workers.delete(worker));
    return worker;
  }

  /**
   * Opens an HTTP server through which programs in any language send jobs to this app's store and read their results.
   * Resolves when it listens. Closed by its own `close`, or with the app.
   *
   * @throws ConfigurationError; CapabilityError where the store is reached through a gateway; what opening the store throws
   */
  async gateway(options: GatewayOptions = {}): Promise<Gateway> {
    this.#refuseClosed();
    demandOwnStore(this.#choice, "a gateway");
    const { gatewayPlan, openGateway } = await import("../gateway/index.ts");
    const host: GatewayHost = {
      client: this.client(),
      store: () => this.#open(),
      queueOf: (task) => this.#tasks.get(task)?.queue ?? "default",
      clock: this.#clock,
      logger: this.#logger,
      namespace: this.#plan.namespace,
      version: packageVersion(),
    };
    const gateway = await openGateway(host, gatewayPlan(options));
    this.#gateways.add(gateway);
    if (this.#closing === undefined) return gateway;
    await gateway.close();
    throw closed();
  }

  /** Puts a middleware around what is sent and run from now on; the first one added is the outermost. */
  use(middleware: Middleware): this {
    if (middleware.send !== undefined) this.#sendMiddleware.push(middleware.send);
    if (middleware.run !== undefined) this.#runMiddleware.push(middleware.run);
    return this;
  }

  /**
   * Looks after the store: what its driver knows of version, durability, room, and of what is stuck. With `fix`, puts right
   * what can be without losing anything. A store that cannot tell gives an empty list.
   *
   * @throws what opening the store throws; StoreUnavailableError
   */
  async checkup({ fix = false }: { readonly fix?: boolean } = {}): Promise<readonly Finding[]> {
    this.#refuseClosed();
    const store = await this.#open();
    return (await store.checkup?.look(fix)) ?? [];
  }

  /** Closes the gateways, stops the workers (each with its default grace time), ends the clients, closes the store. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(): Promise<Store> {
    if (this.#closing !== undefined && this.#store === undefined) return Promise.reject(closed());
    if (this.#store === undefined) {
      const opening = openStore(this.#choice, this.#plan, this.#logger, this.#clock);
      this.#store = opening;
      // A failed opening is tried afresh by the next call.
      opening.catch(() => {
        if (this.#store === opening) this.#store = undefined;
      });
    }
    return this.#store;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#gateways].map((gateway) => gateway.close()));
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
    this.#client?.close();
    const store = await this.#store?.catch(() => undefined);
    await store?.close();
  }

  /** A file in the folder of one of its workers. */
  #executable(name: string): AnyTask | undefined {
    for (const folder of this.#folders) {
      const task = folder.taskNamed(name);
      if (task !== undefined) return task;
    }
    return undefined;
  }

  #know(tasks: readonly AnyTask[]): void {
    for (const task of tasks) {
      const known = this.#tasks.get(task.name);
      if (known !== undefined && known !== task) {
        throw new DuplicateTaskError(`two tasks are named "${task.name}"; a name stands for one task in an app`);
      }
      this.#tasks.set(task.name, task);
    }
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw closed();
  }
}

function closed(): ClosedError {
  return new ClosedError("the app was closed");
}
