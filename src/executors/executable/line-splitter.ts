const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. One that is longer than the cap is reported once, and thrown away up to its end. */
export class LineSplitter {
  readonly #cap: number;
  readonly #onLine: (line: Buffer) => void;
  readonly #onTooLong: () => void;
  #parts: Buffer[] = [];
  #bytes = 0;
  #skipping = false;

  constructor(capBytes: number, onLine: (line: Buffer) => void, onTooLong: () => void) {
    this.#cap = capBytes;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  write(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, at));
      this.#endLine();
      from = at + 1;
    }
    this.#add(chunk.subarray(from));
  }

  /** The last line may have no newline. */
  end(): void {
    if (this.#bytes > 0) this.#endLine();
  }

  #add(part: Buffer): void {
    if (part.length === 0 || this.#skipping) return;
    this.#bytes += part.length;
    if (this.#bytes <= this.#cap) {
      this.#parts.push(part);
      return;
    }
    this.#skipping = true;
    this.#parts = [];
    this.#onTooLong();
  }

  #endLine(): void {
    const [first] = this.#parts;
    const line = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    const skipped = this.#skipping;
    this.#parts = [];
    this.#bytes = 0;
    this.#skipping = false;
    if (!skipped) this.#onLine(line);
  }
}
