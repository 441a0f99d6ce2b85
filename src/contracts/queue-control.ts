/**
 * Optional: holding back the jobs of a queue, for every worker at once. What is held is part of the store, so it outlives the
 * process that asked for it wherever jobs do.
 */
export interface QueueControl {
  /**
   * Holds a queue: from the moment this resolves, nothing is reserved from it. Jobs are accepted, become due and expire as
   * before; what is leased goes on. A `wait` for it sleeps, whatever waits in it. The queue need not have jobs. Idempotent.
   */
  pause(queue: string): Promise<void>;
  /** Lets reservations find the jobs of a queue again, and wakes who waits for them. Idempotent. */
  resume(queue: string): Promise<void>;
  /** The queues that are held, in any order. */
  paused(): Promise<readonly string[]>;
}
