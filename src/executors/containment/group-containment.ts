import { existsSync } from "node:fs";
import type { Containment, Launch, Tree } from "./containment.ts";
import { GuardLink } from "./guard-link.ts";
import { RunMarker } from "./run-marker.ts";
import { signalProcess } from "./signal-process.ts";
import { spawnedGroup } from "./spawned-group.ts";

/**
 * For systems with nothing better, and for programs that are trusted to start nothing that leaves: each one has a process
 * group of its own, which is ended as a whole. What gets away: whatever leaves the group, as daemons do.
 */
export class GroupContainment implements Containment {
  readonly kind = "group";
  readonly #marker = new RunMarker();
  readonly #groups = new Set<number>();
  /** Only where there is a /proc to look through. */
  readonly #guard: GuardLink | undefined = existsSync("/proc/self/environ")
    ? new GuardLink(this.#marker.token)
    : undefined;

  async launch(launch: Launch): Promise<Tree> {
    this.#guard?.start();
    const { child, starter } = spawnedGroup(launch, this.#marker.next().variable);
    const { pid } = child;
    if (pid !== undefined) this.#groups.add(pid);
    const send = (signal: NodeJS.Signals): void => {
      // Windows has no groups: there, it is the process alone.
      if (pid !== undefined && !signalProcess(-pid, signal)) child.kill(signal);
    };
    return {
      child,
      starter,
      stop: () => send("SIGTERM"),
      kill: () => send("SIGKILL"),
      clear: async () => {
        if (pid === undefined) return;
        signalProcess(-pid, "SIGKILL");
        this.#groups.delete(pid);
      },
    };
  }

  async close(): Promise<void> {
    for (const group of this.#groups) signalProcess(-group, "SIGKILL");
    this.#guard?.stop();
  }
}
