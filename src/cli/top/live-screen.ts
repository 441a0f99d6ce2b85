import { terminal } from "../terminal.ts";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
const CTRL_C = "\u0003";

/** A screen of its own that is drawn over again and again, until `q` or Ctrl-C. What was on the terminal comes back after. */
export class LiveScreen {
  /** Aborts when somebody wants to leave. */
  readonly left: AbortSignal;
  readonly #leaving = new AbortController();
  readonly #onKey = (key: Buffer): void => {
    if (key.toString() === "q" || key.toString() === CTRL_C) this.#leaving.abort();
  };
  readonly #onSignal = (): void => this.#leaving.abort();

  constructor() {
    this.left = this.#leaving.signal;
    terminal.write(ENTER);
    if (process.stdin.isTTY) {
      process.stdin.setRawMode(true);
      process.stdin.on("data", this.#onKey).resume();
    }
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
  }

  draw(lines: readonly string[]): void {
    terminal.write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join("")}${CLEAR_BELOW}`);
  }

  close(): void {
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
    if (process.stdin.isTTY) {
      process.stdin.off("data", this.#onKey).pause();
      process.stdin.setRawMode(false);
    }
    terminal.write(LEAVE);
  }
}
