import type { PoolFunction, PoolTask } from "./pool-task.ts";

/** Something that went wrong in a pool, of which no promise and no callback tells. */
export interface PoolErrorEvent {
  readonly error: unknown;
  /** The task of the job that it concerns. */
  readonly task: PoolFunction | PoolTask | undefined;
  /**
   * Which callback threw (`success`, `fail`); `push`: a job was refused after a wait, and nobody has asked for its promises;
   * `wait`: a deadlock was found.
   */
  readonly during: "success" | "fail" | "push" | "wait";
}

/** Events of a pool, by name. */
export interface PoolEvents {
  /** If nobody listens, it is written to the console. */
  readonly error: PoolErrorEvent;
}
