import type { Containment, Launch, Tree } from "./containment.ts";
import { GuardLink } from "./guard-link.ts";
import { RunMarker } from "./run-marker.ts";
import { askGroup, signalProcess } from "./signal-process.ts";
import { spawnedGroup } from "./spawned-group.ts";
import { CAN_SWEEP, sweep } from "./sweeper.ts";

/**
 * For systems with nothing better, and for programs that are trusted to start nothing that leaves: each one has a process
 * group of its own, which is ended as a whole. What gets away: whatever leaves the group, as daemons do.
 */
export class GroupContainment implements Containment {
  readonly kind = "group";
  readonly #marker: RunMarker;
  readonly #groups = new Set<number>();
  readonly #guard: GuardLink | undefined;

  /** @param token of whoever will end what this process has started, when it dies; without one, a guard is started for that */
  constructor(token?: string) {
    this.#marker = new RunMarker(token);
    this.#guard = token === undefined && CAN_SWEEP ? new GuardLink(this.#marker.token) : undefined;
  }

  async launch(launch: Launch): Promise<Tree> {
    this.#guard?.start();
    const { child, starter } = spawnedGroup(launch, this.#marker.next().variable);
    const { pid } = child;
    if (pid !== undefined) this.#groups.add(pid);
    return {
      child,
      starter,
      // Windows has no groups: there, it is the process alone.
      stop: () => void (pid !== undefined && (askGroup(pid) || child.kill("SIGTERM"))),
      kill: () => void (pid !== undefined && (signalProcess(-pid, "SIGKILL") || child.kill("SIGKILL"))),
      clear: async () => {
        if (pid === undefined) return;
        signalProcess(-pid, "SIGKILL");
        this.#groups.delete(pid);
      },
    };
  }

  async close(): Promise<void> {
    for (const group of this.#groups) signalProcess(-group, "SIGKILL");
    if (this.#guard !== undefined) this.#guard.stop();
    else await sweep(this.#marker.token);
  }
}
