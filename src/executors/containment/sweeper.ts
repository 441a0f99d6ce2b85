import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Marked, killMarked } from "./marked-processes.ts";

/** Whether there is a /proc to look through. */
export const CAN_SWEEP: boolean = existsSync("/proc/self/environ");

/** Between two looks while something is left: what was killed needs a moment to be gone. */
const PAUSE_MS = 5;
/** What is left after this long cannot be killed: it waits in the kernel, for a disk that does not answer. */
const LIMIT_MS = 5_000;

/** Ends everything that a process with this token has marked, where that can be found. */
export async function sweep(token: string): Promise<void> {
  if (CAN_SWEEP) await new Sweeper().clear({ mark: token });
}

interface Wanted {
  readonly marked: Marked;
  readonly resolve: () => void;
  readonly until: number;
}

/** Looks through all processes for those to end, for all who ask for it at once. */
export class Sweeper {
  #wanted: Wanted[] = [];
  #busy = false;

  /** Ends all that is marked so; resolves when a look found nothing of it. */
  clear(marked: Marked): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted.push({ marked, resolve, until: performance.now() + LIMIT_MS });
      if (!this.#busy) void this.#sweep();
    });
  }

  async #sweep(): Promise<void> {
    this.#busy = true;
    while (this.#wanted.length > 0) {
      // Only those who asked before the look began may trust in it.
      const asking = this.#wanted;
      this.#wanted = [];
      const found = await this.#look(asking.map(({ marked }) => marked));
      const left = asking.filter(({ marked, until }) => found.has(marked) && performance.now() < until);
      for (const each of asking) if (!left.includes(each)) each.resolve();
      this.#wanted.unshift(...left);
      if (left.length > 0) await pause(PAUSE_MS);
    }
    this.#busy = false;
  }

  /** One that could not look, for want of descriptors, may not say that nothing is left. */
  async #look(all: readonly Marked[]): Promise<ReadonlySet<Marked>> {
    try {
      return await killMarked(all);
    } catch {
      return new Set(all);
    }
  }
}
