/** A second signal within this is the same one: a terminal and npm both pass Ctrl-C on. */
const SAME_SIGNAL_MS = 200;
/** After the second signal, what is left is given back within this, and the process ends. */
const LAST_MS = 900;

/** SIGTERM and SIGINT: the first asks the worker to stop within its grace time, the second ends the process. */
export class StopSignals {
  readonly #stop: (timeoutMs: number) => Promise<void>;
  #graceMs = 0;
  #firstAt: number | undefined;
  readonly #onSignal = (): void => this.#signalled();

  constructor(stop: (timeoutMs: number) => Promise<void>) {
    this.#stop = stop;
  }

  listen(graceMs: number): void {
    this.#graceMs = graceMs;
    process.on("SIGTERM", this.#onSignal);
    process.on("SIGINT", this.#onSignal);
  }

  ignore(): void {
    process.off("SIGTERM", this.#onSignal);
    process.off("SIGINT", this.#onSignal);
  }

  #signalled(): void {
    const now = performance.now();
    if (this.#firstAt === undefined) {
      this.#firstAt = now;
      void this.#stop(this.#graceMs);
      return;
    }
    if (now - this.#firstAt < SAME_SIGNAL_MS) return;
    setTimeout(() => process.exit(1), LAST_MS);
    void this.#stop(0).finally(() => process.exit(1));
  }
}
