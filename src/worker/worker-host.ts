import type { Clock, Executor, Logger, Store } from "../contracts/index.ts";
import type { AnyTask, ContainmentKind, ExecutablesPlan, RunPlan } from "../core/index.ts";
import type { RunMiddleware } from "./run-middleware.ts";

/** Tasks that come and go while a worker runs: the files of a folder. */
export interface TaskFolder {
  /** The names of all tasks, as they are now. */
  names(): Iterable<string>;
  /** A task that is there now. */
  taskNamed(name: string): AnyTask | undefined;
  /** Calls when names may have changed; returns how to stop that. */
  onChange(listener: () => void): () => void;
}

/** How a worker's executables are run, as it is said at start. */
export interface ExecutablesInForce {
  /** Its real path. */
  readonly folder: string;
  /** How programs are held together; see docs/executables.md. */
  readonly containment: ContainmentKind;
  /** Why it is no stronger one, where it is not. */
  readonly why?: string;
}

/** What runs the bodies of one worker's tasks. */
export interface Executors {
  readonly folder: TaskFolder | undefined;
  executorFor(task: AnyTask): Executor;
  /** Gets ready to run; resolves with how executables are, where there are any. */
  open(): Promise<ExecutablesInForce | undefined>;
  /** Ends whatever still runs. */
  close(): Promise<void>;
}

/** What a worker is given by the app that makes it. */
export interface WorkerHost {
  readonly store: () => Promise<Store>;
  /** Makes what runs the worker's bodies. @throws ConfigurationError when there is no such folder */
  readonly executors: (executables: ExecutablesPlan | undefined) => Executors;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The app's own run options. */
  readonly plan: RunPlan;
  readonly maxPayloadBytes: number;
  readonly middleware: readonly RunMiddleware[];
  readonly debug: boolean;
}
