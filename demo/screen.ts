import { stdout } from "node:process";
import { grouped, paint } from "./text.ts";
import type { WorkerProcess } from "./worker-process.ts";

const BAR = 28;
const REDRAW_MS = 50;
const LINE_MS = 1_000;

/** What the display shows. */
export interface Progress {
  readonly total: number;
  sent: number;
  finished: number;
  /** What the reader should know just now. */
  note: string;
  readonly workers: WorkerProcess[];
}

/** The live display: drawn over itself on a terminal, a plain line now and then elsewhere. */
export class Screen {
  readonly #progress: Progress;
  readonly #timer: NodeJS.Timeout;
  #height = 0;

  constructor(progress: Progress) {
    this.#progress = progress;
    this.#timer = stdout.isTTY
      ? setInterval(() => this.#redraw(), REDRAW_MS)
      : setInterval(() => say(`  ${this.#line()}`), LINE_MS);
  }

  /** Says something that stays. */
  event(text: string): void {
    this.#erase();
    say(`  ${text}`);
    if (stdout.isTTY) this.#redraw();
  }

  close(): void {
    clearInterval(this.#timer);
    if (stdout.isTTY) this.#redraw();
    else say(`  ${this.#line()}`);
  }

  #redraw(): void {
    this.#erase();
    const lines = this.#lines();
    this.#height = lines.length;
    stdout.write(`${lines.join("\n")}\n`);
  }

  #erase(): void {
    if (this.#height > 0) stdout.write(`\u001B[${this.#height}A\u001B[J`);
    this.#height = 0;
  }

  #line(): string {
    const { total, sent, finished, note } = this.#progress;
    return `${grouped(finished)} of ${grouped(total)} done, ${grouped(sent - finished)} under way${note === "" ? "" : `; ${note}`}`;
  }

  #lines(): string[] {
    const { total, sent, finished, note, workers } = this.#progress;
    const share = finished / total;
    const full = Math.floor(share * BAR);
    const bar = paint("cyan", "█".repeat(full)) + paint("gray", "░".repeat(BAR - full));
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    return [
      "",
      `  ${bar} ${percent}   ${grouped(finished)} of ${grouped(total)} done, ${grouped(sent - finished)} under way`,
      ...workers.map((worker) => this.#workerLine(worker)),
      `  ${paint("yellow", note)}`,
    ];
  }

  #workerLine({ name, pid, report, killed }: WorkerProcess): string {
    const head = `  ${name}   pid ${String(pid).padEnd(8)}${grouped(report.done).padStart(6)} done`;
    return killed ? paint("red", `${head}   killed`) : `${head}   ${report.running} running`;
  }
}

export function say(line: string): void {
  stdout.write(`${line}\n`);
}
