import { styleText } from "node:util";

export type Paint = Parameters<typeof styleText>[0];

let goesOn = false;

/** Where output goes. Colours only where a terminal shows them and NO_COLOR is not set. */
export const terminal = {
  /** Whether people read what is printed, as it is printed. */
  get isTerminal(): boolean {
    return process.stdout.isTTY;
  },

  /** Columns of the terminal; `undefined` when there is none, and lines may be as long as they like. */
  get width(): number | undefined {
    return sizeOf(process.stdout.columns);
  },

  /** Lines of the terminal; `undefined` when there is none. */
  get height(): number | undefined {
    return sizeOf(process.stdout.rows);
  },

  /** Writes as it is, steering characters and all. */
  write(text: string): void {
    process.stdout.write(text);
  },

  print(line: string): void {
    process.stdout.write(`${line}\n`);
  },

  /** Writes what is not the answer itself: notes and errors. */
  tell(line: string): void {
    process.stderr.write(`${line}\n`);
  },

  paint(paint: Paint, text: string): string {
    return styleText(paint, text, { stream: process.stdout });
  },

  paintNote(paint: Paint, text: string): string {
    return styleText(paint, text, { stream: process.stderr });
  },

  /** A reader that goes away early, such as `head`, is no error. */
  letReadersLeave(): void {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (goesOn) return;
        if (error.code === "EPIPE") process.exit(0);
        throw error;
      });
    }
  },

  /** From now on, output that cannot be written is lost, and nothing else: a daemon has more to do than to log. */
  goOnWithoutReaders(): void {
    if (goesOn) return;
    goesOn = true;
    process.stdout.once("error", ({ message }) => {
      terminal.tell(`millrace: standard output cannot be written, and what is logged there is lost: ${message}`);
    });
  },
};

/** A terminal that nobody gave a size, as in many containers, says 0. */
function sizeOf(cells: number): number | undefined {
  return process.stdout.isTTY && cells > 0 ? cells : undefined;
}
