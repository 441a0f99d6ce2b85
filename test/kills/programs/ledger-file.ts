import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** A file of lines that are on the disk once written, whatever becomes of the process. */
export class LedgerFile {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a", 0o600);
  }

  /** Appends a line; one write, so that processes do not mix theirs. */
  append(entry: object): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}
