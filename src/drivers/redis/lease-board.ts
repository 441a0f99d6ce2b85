/** Holders of one process: a worker has one for each partition. Memory is taken as they come. */
const FIRST_SLOTS = 1_024;
const MOST_SLOTS = 2 ** 20;
/** Before the slots: how often the main thread said that it lives. */
const HEAD_BYTES = 16;
/** When the slot was renewed, as a float of 8 bytes; how many leases it holds, as an integer of 4; 4 of nothing. */
const SLOT_BYTES = 16;

/** Milliseconds of a clock that never runs backwards, the same in all threads. */
export function steadyMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

/** Numbers of holders in memory that threads share, so that no message is needed for each job. */
export class LeaseBoard {
  readonly memory: SharedArrayBuffer;
  readonly #integers: Int32Array;
  readonly #floats: Float64Array;
  #used = 0;

  constructor(memory: SharedArrayBuffer = newMemory()) {
    this.memory = memory;
    // Without a length, so that they grow with the memory.
    this.#integers = new Int32Array(memory);
    this.#floats = new Float64Array(memory);
  }

  /** The number of a slot of one's own. */
  take(): number {
    const slot = this.#used;
    this.#used += 1;
    if (bytesOf(this.#used) > this.memory.byteLength)
      this.memory.grow(Math.min(bytesOf(2 * slot), bytesOf(MOST_SLOTS)));
    return slot;
  }

  held(slot: number): number {
    return Atomics.load(this.#integers, bytesOf(slot) / 4 + 2);
  }

  setHeld(slot: number, held: number): void {
    Atomics.store(this.#integers, bytesOf(slot) / 4 + 2, held);
  }

  renewedAt(slot: number): number {
    return this.#floats[bytesOf(slot) / 8] ?? 0;
  }

  setRenewedAt(slot: number, at: number): void {
    this.#floats[bytesOf(slot) / 8] = at;
  }

  /** Says that the main thread lives. */
  beat(): void {
    Atomics.add(this.#integers, 0, 1);
  }

  get beats(): number {
    return Atomics.load(this.#integers, 0);
  }
}

/** What comes before a slot. */
function bytesOf(slots: number): number {
  return HEAD_BYTES + slots * SLOT_BYTES;
}

function newMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(bytesOf(FIRST_SLOTS), { maxByteLength: bytesOf(MOST_SLOTS) });
}
