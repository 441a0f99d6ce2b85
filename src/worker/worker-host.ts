import type { Clock, Executor, Logger, Store } from "../contracts/index.ts";
import type { AnyTask, RunPlan } from "../core/index.ts";
import type { RunMiddleware } from "./run-middleware.ts";

/** What a worker is given by the app that makes it. */
export interface WorkerHost {
  readonly store: () => Promise<Store>;
  readonly executorFor: (task: AnyTask) => Executor;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The app's own run options. */
  readonly plan: RunPlan;
  readonly maxPayloadBytes: number;
  readonly middleware: readonly RunMiddleware[];
  readonly debug: boolean | "arguments";
}
