const NEWLINE = 0x0a;

/** Lets through no more than so many bytes of each line, and one more, by which it can be seen that the line had more. */
export class LineClipper {
  readonly #most: number;
  /** Of the line that has not ended. */
  #bytes = 0;

  constructor(capBytes: number) {
    this.#most = capBytes + 1;
  }

  /** What is let through of a chunk; may share its memory. */
  clip(chunk: Buffer): Buffer {
    // As nearly always: too little for any line to be too long.
    if (this.#bytes + chunk.length <= this.#most) {
      const last = chunk.lastIndexOf(NEWLINE);
      this.#bytes = last === -1 ? this.#bytes + chunk.length : chunk.length - last - 1;
      return chunk;
    }
    const parts: Buffer[] = [];
    for (let from = 0; from < chunk.length;) {
      const newline = chunk.indexOf(NEWLINE, from);
      const end = newline === -1 ? chunk.length : newline;
      const kept = Math.min(end - from, this.#most - this.#bytes);
      parts.push(chunk.subarray(from, from + kept));
      this.#bytes += kept;
      if (newline === -1) break;
      parts.push(chunk.subarray(newline, newline + 1));
      this.#bytes = 0;
      from = newline + 1;
    }
    return Buffer.concat(parts);
  }
}
