const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines. One that is longer than the cap is reported once, and thrown away up to its end. A line
 * given away, and a chunk taken in, are only borrowed.
 */
export class LineSplitter {
  readonly #cap: number;
  readonly #onLine: (line: Buffer) => void;
  readonly #onTooLong: () => void;
  /** The beginning of a line that has not ended. */
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
      this.#endLine(chunk.subarray(from, at));
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    if (rest.length > 0 && this.#fits(rest)) this.#parts.push(Buffer.from(rest));
  }

  /** The last line may have no newline. */
  end(): void {
    if (this.#bytes > 0) this.#endLine(Buffer.alloc(0));
  }

  #fits(part: Buffer): boolean {
    if (this.#skipping) return false;
    this.#bytes += part.length;
    if (this.#bytes <= this.#cap) return true;
    this.#skipping = true;
    this.#parts = [];
    this.#onTooLong();
    return false;
  }

  #endLine(last: Buffer): void {
    const line = this.#fits(last)
      ? this.#parts.length === 0
        ? last
        : Buffer.concat([...this.#parts, last])
      : undefined;
    this.#parts = [];
    this.#bytes = 0;
    this.#skipping = false;
    if (line !== undefined) this.#onLine(line);
  }
}
