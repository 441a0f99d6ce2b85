/** Holders of one process; a worker has one for each partition. */
const SLOTS = 4_096;

/** Milliseconds of a clock that never runs backwards, the same in all threads. */
export function steadyMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

/** Numbers of holders in memory that threads share, so that no message is needed for each job. */
export class LeaseBoard {
  readonly memory: SharedArrayBuffer;
  readonly #held: Int32Array;
  readonly #renewedAt: Float64Array;
  readonly #beat: Int32Array;
  #used = 0;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(8 + SLOTS * 12)) {
    this.memory = memory;
    this.#beat = new Int32Array(memory, 0, 1);
    this.#renewedAt = new Float64Array(memory, 8, SLOTS);
    this.#held = new Int32Array(memory, 8 + SLOTS * 8, SLOTS);
  }

  /** The number of a slot of one's own. */
  take(): number {
    const slot = this.#used;
    this.#used = (this.#used + 1) % SLOTS;
    return slot;
  }

  held(slot: number): number {
    return Atomics.load(this.#held, slot);
  }

  setHeld(slot: number, held: number): void {
    Atomics.store(this.#held, slot, held);
  }

  renewedAt(slot: number): number {
    return this.#renewedAt[slot] ?? 0;
  }

  setRenewedAt(slot: number, at: number): void {
    this.#renewedAt[slot] = at;
  }

  /** Says that the main thread lives. */
  beat(): void {
    Atomics.add(this.#beat, 0, 1);
  }

  get beats(): number {
    return Atomics.load(this.#beat, 0);
  }
}
