import { currentJob } from "../internal/current-job.ts";
import { RunningJob } from "./running-job.ts";

let users = 0;

/**
 * While any worker runs: a rejection that nobody handles fails the attempt in whose async context it arose. One that
 * belongs to no attempt under way keeps Node's default, which is to end the process.
 */
export const strayRejections = {
  install(): void {
    users += 1;
    // Not by the number of users: somebody may have removed all listeners.
    if (!process.listeners("unhandledRejection").includes(attribute)) process.on("unhandledRejection", attribute);
  },
  /** After this turn: Node tells only at its end of what the last jobs rejected when they were given up. */
  uninstall(): void {
    setImmediate(() => {
      users -= 1;
      if (users === 0) process.off("unhandledRejection", attribute);
    });
  },
};

function attribute(reason: unknown): void {
  const job = currentJob.getStore();
  if (job instanceof RunningJob && job.stray(reason)) return;
  // Being listened to, Node would let it pass; somebody else who listens decides instead.
  if (process.listenerCount("unhandledRejection") === 1) throw reason;
}
