import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../internal/make-folder.ts";

export interface RotatingFileOptions {
  /** The file is put aside before a line would make it larger. Default 100 MB. */
  readonly maxBytes?: number;
  /** How many files that were put aside are kept. Default 5; 0 keeps none. */
  readonly keep?: number;
  /** Called when a line cannot be written, at most once until one can, and when the file cannot be put aside. Default: a line on standard error. */
  readonly onProblem?: (error: Error) => void;
}

/**
 * A log file that does not grow without end: `FILE` is written, `FILE.1` was put aside last, `FILE.2` before it.
 *
 * A line is written before `write` returns, so the last one before a crash is there, and none waits in memory. A disk that
 * is full loses lines and nothing else: `write` never throws. A file that cannot be put aside, in a folder that is somebody
 * else's, goes on growing, and is tried again when it has grown by as much. One process writes a file.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  readonly #onProblem: (error: Error) => void;
  #descriptor: number;
  #bytes: number;
  /** The size at which it is put aside. */
  #limit: number;
  #failing = false;
  /** The last line ends in the middle: the disk was full by then. */
  #torn = false;

  /** Opens the file, and makes it and its folder where they are missing. Throws where that cannot be. */
  constructor(
    path: string,
    {
      maxBytes = 100_000_000,
      keep = 5,
      onProblem = (error) => void process.stderr.write(`millrace: cannot write ${path}: ${error.message}\n`),
    }: RotatingFileOptions = {},
  ) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#limit = maxBytes;
    this.#keep = keep;
    this.#onProblem = onProblem;
    makeFolder(dirname(path));
    this.#descriptor = opened(path);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  /** Adds a line; its end is put behind it. */
  write(line: string): void {
    try {
      const data = Buffer.from(this.#torn ? `\n${line}\n` : `${line}\n`);
      if (this.#bytes > 0 && this.#bytes + data.length > this.#limit) this.#rotate();
      // A disk that is nearly full takes a part, and tells of it at the next part.
      for (let rest = data; rest.length > 0; this.#torn = rest.length > 0) {
        const written = writeSync(this.#descriptor, rest);
        this.#bytes += written;
        rest = rest.subarray(written);
      }
      this.#failing = false;
    } catch (error) {
      if (!this.#failing && error instanceof Error) this.#onProblem(error);
      this.#failing = true;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    try {
      this.#putAside();
      this.#limit = this.#maxBytes;
    } catch (error) {
      this.#limit = this.#bytes + this.#maxBytes;
      this.#onProblem(new Error(`it cannot be put aside, and goes on growing: ${String(error)}`, { cause: error }));
    }
  }

  #putAside(): void {
    rmSync(this.#aside(this.#keep), { force: true });
    for (let at = this.#keep; at > 0; at -= 1) renamed(this.#aside(at - 1), this.#aside(at));
    // Opened before the old one is closed: if that fails, there is still a file to write to.
    const descriptor = opened(this.#path);
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    this.#bytes = fstatSync(descriptor).size;
  }

  #aside(at: number): string {
    return at === 0 ? this.#path : `${this.#path}.${at}`;
  }
}

/** Readable by its owner alone: what tasks log may be nobody else's business. */
function opened(path: string): number {
  return openSync(path, "a", 0o600);
}

function renamed(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
