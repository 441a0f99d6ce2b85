import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Logger } from "../../contracts/index.ts";
import type { ContainmentKind } from "../../core/index.ts";
import type { OrderedProgram, ProgramCall, ProgramFile, ProgramLauncher, WorkFolders } from "../executable/index.ts";
import type { LauncherSetting } from "./launcher-messages.ts";
import { LauncherProcess } from "./launcher-process.ts";

/** Processes at the most. While one waits until what it has forked is executed, another can fork. */
const MOST = Math.min(4, availableParallelism());
/** Programs that each of them has under way before there is one more. */
const ENOUGH = 2;

/**
 * Starts programs in small processes beside the worker. To start one, a process is forked, which takes longer the larger it
 * is, and nothing else is done meanwhile; and what a program writes keeps busy whoever reads it. See ADR 29.
 */
export class Launcher implements ProgramLauncher {
  readonly #workFolders: WorkFolders;
  readonly #logger: Logger;
  readonly #processes = new Set<LauncherProcess>();
  #containment: LauncherSetting["containment"] = "auto";

  /** @param workFolders made where those of the programs are to be */
  constructor(workFolders: WorkFolders, logger: Logger) {
    this.#workFolders = workFolders;
    this.#logger = logger;
  }

  /** Starts a process ahead of the first program. */
  open(containment: ContainmentKind): void {
    this.#containment = containment;
    this.#start();
  }

  launch(file: ProgramFile, call: ProgramCall, heard: (chunk: Buffer) => void): OrderedProgram {
    return this.#leastBusy().launch(file, call, heard);
  }

  /** Ends whatever still runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((each) => each.close()));
  }

  /** Of those that live: one that died is replaced. */
  #leastBusy(): LauncherProcess {
    const live = [...this.#processes].filter(({ isOver }) => !isOver).sort((a, b) => a.underWay - b.underWay);
    const [least] = live;
    if (least === undefined || (least.underWay >= ENOUGH && live.length < MOST)) return this.#start();
    return least;
  }

  async #forget(started: LauncherProcess): Promise<void> {
    await started.over;
    this.#processes.delete(started);
    // What one that died has left, and cannot be removed now, goes when a worker starts.
    if (!started.isClosing) await this.#workFolders.removeLeftovers().catch(() => undefined);
  }

  #start(): LauncherProcess {
    const token = randomBytes(12).toString("hex");
    const setting = { containment: this.#containment, workFolder: resolve(this.#workFolders.parent), token };
    const started = new LauncherProcess(setting, this.#logger);
    this.#processes.add(started);
    void this.#forget(started);
    return started;
  }
}
