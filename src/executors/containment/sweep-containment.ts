import type { Containment, Launch, Tree } from "./containment.ts";
import { GuardLink } from "./guard-link.ts";
import { RunMarker } from "./run-marker.ts";
import { askGroup, signalProcess } from "./signal-process.ts";
import { spawnedGroup } from "./spawned-group.ts";
import { Sweeper } from "./sweeper.ts";

/**
 * For Linux without namespaces: every program carries a mark in its environment, and what carries it, or belongs to what does, is
 * found in /proc and ended. A guard does that, too, when this process dies. What gets away: a process that emptied its environment,
 * left its session and lost its parent.
 */
export class SweepContainment implements Containment {
  readonly kind = "sweep";
  readonly #marker: RunMarker;
  readonly #sweeper = new Sweeper();
  readonly #guard: GuardLink | undefined;

  /** @param token of whoever will end what this process has started, when it dies; without one, a guard is started for that */
  constructor(token?: string) {
    this.#marker = new RunMarker(token);
    this.#guard = token === undefined ? new GuardLink(this.#marker.token) : undefined;
  }

  async launch(launch: Launch): Promise<Tree> {
    this.#guard?.start();
    const { variable, mark } = this.#marker.next();
    const { child, starter } = spawnedGroup(launch, variable);
    const { pid } = child;
    const clear = (): Promise<void> => this.#sweeper.clear(pid === undefined ? { mark } : { mark, leader: pid });
    return {
      child,
      starter,
      stop: () => void (pid !== undefined && askGroup(pid)),
      kill: () => {
        if (pid !== undefined) signalProcess(-pid, "SIGKILL");
        void clear();
      },
      clear,
    };
  }

  async close(): Promise<void> {
    await this.#sweeper.clear({ mark: this.#marker.token });
    this.#guard?.stop();
  }
}
