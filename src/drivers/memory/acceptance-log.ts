import type { MemoryRecord } from "./memory-record.ts";

interface Line {
  readonly sequence: number;
  record: MemoryRecord | undefined;
}

/** Below this many removed lines, closing the gaps is not worth its while. */
const GAPS_ALLOWED = 64;

/** All records in order of acceptance, so that they can be read newest first from any point. */
export class AcceptanceLog {
  #lines: Line[] = [];
  #gaps = 0;

  /** Adds a record that is newer than all others. */
  append(record: MemoryRecord): void {
    this.#lines.push({ sequence: record.sequence, record });
  }

  /** Takes a record out. Gaps are closed once they are half of all lines, so a removal costs O(1) on average. */
  remove(record: MemoryRecord): void {
    const line = this.#lines[this.#upTo(record.sequence) - 1];
    if (line === undefined || line.record !== record) return;
    line.record = undefined;
    this.#gaps += 1;
    if (this.#gaps > GAPS_ALLOWED && this.#gaps * 2 > this.#lines.length) {
      this.#lines = this.#lines.filter((kept) => kept.record !== undefined);
      this.#gaps = 0;
    }
  }

  /** Records accepted before `sequence`, newest first. Gaps count as a look: they yield `undefined`. */
  *before(sequence: number): Generator<{ readonly sequence: number; readonly record: MemoryRecord | undefined }> {
    for (let index = this.#upTo(sequence - 1) - 1; index >= 0; index -= 1) {
      const line = this.#lines[index];
      if (line !== undefined) yield line;
    }
  }

  /** How many lines have a sequence of at most `sequence`. */
  #upTo(sequence: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const line = this.#lines[middle];
      if (line !== undefined && line.sequence <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
