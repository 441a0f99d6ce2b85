import { KeptOutput } from "./kept-output.ts";

/** Bytes of a first allocation; it doubles up to what is kept. */
const FIRST_BYTES = 16_384;

/**
 * What a program wrote: all of it up to a cap, beyond that its beginning and its end, half the cap each. The memory it takes
 * is bounded, whatever is written.
 */
export class CappedOutput {
  readonly #cap: number;
  readonly #headCap: number;
  #head: Buffer = Buffer.alloc(0);
  #headBytes = 0;
  /** A ring once it is full. */
  #tail: Buffer = Buffer.alloc(0);
  #tailBytes = 0;
  #totalBytes = 0;

  constructor(capBytes: number) {
    this.#cap = capBytes;
    this.#headCap = Math.floor(capBytes / 2);
  }

  write(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
    const toHead = Math.min(chunk.length, this.#headCap - this.#headBytes);
    if (toHead > 0) {
      this.#head = grown(this.#head, this.#headBytes, this.#headBytes + toHead, this.#headCap);
      chunk.copy(this.#head, this.#headBytes, 0, toHead);
      this.#headBytes += toHead;
    }
    if (toHead < chunk.length) this.#writeTail(chunk.subarray(toHead));
  }

  /** What is kept so far. */
  kept(): KeptOutput {
    const droppedBytes = Math.max(0, this.#totalBytes - this.#cap);
    return new KeptOutput({ bytes: this.#bytes(droppedBytes > 0), totalBytes: this.#totalBytes, droppedBytes });
  }

  /** Everything that is kept, with a note where something is not. Cut between characters, where it is text. */
  #bytes(isCut: boolean): Buffer {
    const head = this.#head.subarray(0, this.#headBytes);
    if (this.#tailBytes === 0) return head;
    if (!isCut) return Buffer.concat([head, ...this.#tailParts()]);
    const [start, end] = [withoutTornEnd(head), withoutTornStart(Buffer.concat(this.#tailParts()))];
    const dropped = this.#totalBytes - start.length - end.length;
    return Buffer.concat([start, Buffer.from(`\n[… ${dropped} bytes left out …]\n`), end]);
  }

  #writeTail(chunk: Buffer): void {
    const cap = this.#cap - this.#headCap;
    const before = this.#tailBytes;
    this.#tailBytes += chunk.length;
    if (this.#tailBytes <= cap) {
      this.#tail = grown(this.#tail, before, this.#tailBytes, cap);
      chunk.copy(this.#tail, before);
      return;
    }
    this.#tail = grown(this.#tail, Math.min(before, cap), cap, cap);
    // Only the last of it can be of use.
    const kept = chunk.subarray(Math.max(0, chunk.length - cap));
    const at = (this.#tailBytes - kept.length) % cap;
    const toEnd = Math.min(kept.length, cap - at);
    kept.copy(this.#tail, at, 0, toEnd);
    kept.copy(this.#tail, 0, toEnd);
  }

  #tailParts(): Buffer[] {
    const cap = this.#cap - this.#headCap;
    if (this.#tailBytes <= cap) return [this.#tail.subarray(0, this.#tailBytes)];
    const from = this.#tailBytes % cap;
    return [this.#tail.subarray(from, cap), this.#tail.subarray(0, from)];
  }
}

/** Without the first bytes of a character of UTF-8 whose rest is missing. */
function withoutTornEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Without the last bytes of a character whose beginning is missing. */
function withoutTornStart(bytes: Buffer): Buffer {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return bytes.subarray(from);
}

/** A buffer with room for `needed` bytes and the first `used` ones of this. */
function grown(buffer: Buffer, used: number, needed: number, most: number): Buffer {
  if (buffer.length >= needed) return buffer;
  const larger = Buffer.allocUnsafeSlow(Math.min(most, Math.max(needed, buffer.length * 2, FIRST_BYTES)));
  buffer.copy(larger, 0, 0, used);
  return larger;
}
