import { stripVTControlCharacters } from "node:util";
import { displayWidth, fitted } from "../display-width.ts";
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

  /** Draws the lines that there is room for, each as far as there is: one that wraps would scroll the first ones away. */
  draw(lines: readonly string[]): void {
    const { width = Number.POSITIVE_INFINITY, height = lines.length } = terminal;
    const shown = lines.slice(0, height).map((line) => `${within(line, width)}${CLEAR_LINE}`);
    terminal.write(`${HOME}${shown.join("\n")}${CLEAR_BELOW}`);
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

/** A line that is too long loses its colours with its end. */
function within(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return displayWidth(plain) <= width ? line : fitted(plain, width);
}
