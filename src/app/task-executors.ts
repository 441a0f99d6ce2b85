import type { Executor, Logger } from "../contracts/index.ts";
import type { AnyTask, ExecutablesPlan, Isolation } from "../core/index.ts";
import { CapabilityError, ConfigurationError } from "../errors/index.ts";
import {
  BodyPool,
  type Containment,
  ExecutableExecutor,
  ExecutableFolder,
  type FoundContainment,
  FunctionExecutor,
  IsolatedExecutor,
  Launcher,
  ProcessBody,
  RunnableFile,
  ThreadBody,
  WorkFolders,
  checkConfinement,
  findContainment,
} from "../executors/index.ts";
import { nearest } from "../internal/nearest.ts";
import type { ExecutablesInForce, Executors } from "../worker/index.ts";

/** What the app gives to the executors of a worker. */
export interface TaskExecutorsSetting {
  readonly logger: Logger;
  readonly maxPayloadBytes: number;
  /** Addresses of the app's store, which no program may get. */
  readonly addresses: readonly string[];
}

/** Makes and keeps what runs the bodies of one worker: functions here, in threads and in processes, and programs. */
export class TaskExecutors implements Executors {
  readonly folder: ExecutableFolder | undefined;
  readonly #plan: ExecutablesPlan | undefined;
  readonly #setting: TaskExecutorsSetting;
  readonly #workFolders: WorkFolders;
  readonly #launcher: Launcher;
  readonly #pools = new Map<string, BodyPool>();
  readonly #programs = new Set<ExecutableExecutor>();
  #containment: Promise<FoundContainment> | undefined;

  /** @throws ConfigurationError when there is no such folder, or it could not be kept from what it must not know */
  constructor(plan: ExecutablesPlan | undefined, setting: TaskExecutorsSetting) {
    this.#plan = plan;
    this.#setting = setting;
    this.#workFolders = new WorkFolders(plan?.workFolder, setting.logger);
    this.#launcher = new Launcher(this.#workFolders, setting.logger);
    if (plan === undefined) return;
    for (const { executable } of plan.all) refuseAddresses(executable?.env ?? {}, setting.addresses);
    this.folder = new ExecutableFolder(plan);
  }

  executorFor(task: AnyTask): Executor {
    const { isolation, executable } = task;
    if (executable !== undefined && this.folder !== undefined) {
      const setting = { containment: this.#lazily(), workFolders: this.#workFolders, launcher: this.#launcher };
      const executor = new ExecutableExecutor(new RunnableFile(this.folder.path, task.name, executable, setting));
      this.#programs.add(executor);
      return executor;
    }
    return isolation === undefined ? new FunctionExecutor(task.run) : new IsolatedExecutor(this.#pool(isolation));
  }

  async open(): Promise<ExecutablesInForce | undefined> {
    if (this.#plan === undefined || this.folder === undefined) return undefined;
    const { containment, why } = await this.#found();
    for (const { executable } of this.#plan.all) {
      if (executable === undefined) continue;
      const { user, limits } = executable;
      if (user !== undefined && process.getuid?.() !== 0) {
        throw new CapabilityError("executables: `user` needs a worker that runs as root, which this one does not");
      }
      checkConfinement(limits, user, containment.kind === "namespace");
    }
    this.#warnOf(this.folder, this.#plan);
    await this.#workFolders.removeLeftovers();
    if (!this.#plan.all.every(({ executable }) => executable?.resident)) this.#launcher.open(containment.kind);
    return { folder: this.folder.path, containment: containment.kind, ...(why === undefined ? {} : { why }) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#programs, ...this.#pools.values()].map((each) => each.close()));
    const found = await this.#containment?.catch(() => undefined);
    await Promise.all([this.#launcher.close(), found?.containment.close()]);
    await this.#workFolders.close();
  }

  /** What looks like a mistake, and may be mended while the worker runs. */
  #warnOf(folder: ExecutableFolder, { named }: ExecutablesPlan): void {
    const { logger } = this.#setting;
    const { path, fault } = folder;
    if (fault !== undefined) logger.warn(`executables: no file of ${path} is run, because it ${fault}`);
    const names = folder.names();
    for (const { name } of named) {
      if (names.has(name)) continue;
      const near = nearest(name, names);
      const meant = near === undefined ? "" : `; did you mean "${near}"?`;
      logger.warn(`executables: there are options for "${name}", and no such file in ${path}${meant}`);
    }
  }

  #found(): Promise<FoundContainment> {
    this.#containment ??= findContainment(this.#plan?.containment ?? "auto");
    return this.#containment;
  }

  /** Found when it is first needed: most workers run neither programs nor processes. */
  #lazily(): Pick<Containment, "launch"> {
    return { launch: async (launch) => (await this.#found()).containment.launch(launch) };
  }

  #pool({ kind, module, maxMemoryMb }: Isolation): BodyPool {
    const key = `${kind} ${maxMemoryMb ?? ""} ${module}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      const setting = { module, maxPayloadBytes: this.#setting.maxPayloadBytes };
      pool = new BodyPool(module, this.#setting.logger, () =>
        kind === "thread"
          ? new ThreadBody(setting, maxMemoryMb)
          : ProcessBody.start(setting, maxMemoryMb, this.#lazily()),
      );
      this.#pools.set(key, pool);
    }
    return pool;
  }
}

/** Whoever knows where the store is can send jobs in its name. */
function refuseAddresses(env: Readonly<Record<string, string | true>>, addresses: readonly string[]): void {
  for (const [name, given] of Object.entries(env)) {
    const value = given === true ? (process.env[name] ?? "") : given;
    if (!addresses.some((address) => value.includes(address))) continue;
    throw new ConfigurationError(
      `executables: env: ${name} holds the address of this app's store, which no program gets; leave it out`,
    );
  }
}
