import { processCpuMs } from "../bases/process-cpu.ts";
import type { Window, WindowFigures } from "./worker-plan.ts";

interface Mark {
  readonly at: number;
  readonly done: number;
  readonly workerUs: number;
  readonly serverMs: number;
}

/** Counts recorded jobs, and tells the rate of those within the window. */
export class RateWindow {
  readonly #window: Window;
  readonly #serverPid: number | undefined;
  readonly #over: (figures: WindowFigures) => void;
  readonly #openAt: number;
  readonly #timer: NodeJS.Timeout;
  #done = 0;
  #opened: Mark | undefined;
  #closed = false;

  constructor(window: Window, serverPid: number | undefined, over: (figures: WindowFigures) => void) {
    this.#window = window;
    this.#serverPid = serverPid;
    this.#over = over;
    this.#openAt = performance.now() + window.warmMs;
    this.#timer = setTimeout(() => this.#close(), window.warmMs + window.ms);
  }

  /** One more job was recorded. */
  count(): void {
    this.#done += 1;
    const opened = this.#opened;
    if (opened === undefined) {
      if (this.#done >= this.#window.warmJobs || performance.now() >= this.#openAt) this.#opened = this.#mark();
    } else if (!this.#closed && this.#done - opened.done >= this.#window.jobs) {
      this.#close();
    }
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    const now = this.#mark();
    const from = this.#opened ?? now;
    const jobs = now.done - from.done;
    this.#over({
      perSecond: jobs === 0 ? 0 : (jobs * 1_000) / (now.at - from.at),
      workerCpuUs: (now.workerUs - from.workerUs) / jobs,
      serverCpuUs: ((now.serverMs - from.serverMs) * 1_000) / jobs,
    });
  }

  #mark(): Mark {
    const { user, system } = process.cpuUsage();
    return {
      at: performance.now(),
      done: this.#done,
      workerUs: user + system,
      serverMs: processCpuMs(this.#serverPid),
    };
  }
}
