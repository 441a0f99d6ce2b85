import type { Clock, Logger, Store } from "../contracts/index.ts";
import type { AnyTask, CodeScheme, JobIds, RunPlan } from "../core/index.ts";
import type { SendMiddleware } from "./middleware.ts";

/** What a client is given by the app that makes it. */
export interface ClientHost {
  /** The open store; opens it at the first call. */
  readonly store: () => Promise<Store>;
  /** A task that this app knows by name. */
  readonly taskNamed: (name: string) => AnyTask | undefined;
  readonly ids: JobIds;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The app's own run options. */
  readonly plan: RunPlan;
  /** The app's default for `expireAfter`. */
  readonly expireAfterMs: number | undefined;
  readonly sendTimeoutMs: number;
  readonly maxPayloadBytes: number;
  readonly codes: CodeScheme | undefined;
  readonly middleware: readonly SendMiddleware[];
}
