import { randomInt } from "node:crypto";
import { type FSWatcher, closeSync, openSync, readSync, watch, writeSync } from "node:fs";

const SLEEPERS = 256;
const ENTRY_BYTES = 4;
const TOKEN_AT = SLEEPERS * ENTRY_BYTES;
const TOKEN_BYTES = 4;

/**
 * How processes on one database wake each other: a small file beside it.
 *
 * It holds a table of who sleeps and a token. A process about to sleep enters itself, then looks for work once more, then
 * waits for the token to change. A process that committed reads the table, and only if somebody else sleeps does it clear
 * the table and change the token. So nothing is written while nobody sleeps, and a commit between "look" and "sleep"
 * cannot be missed: either the sleeper sees the commit, or the committer sees the sleeper.
 *
 * Two sleepers that enter themselves into one slot at the same moment can lose one entry; the owner's slow check of the
 * database covers that, and a file system without change events.
 */
export class WakeFile {
  readonly #file: number;
  readonly #self: number = randomInt(1, 0xff_ff_ff_ff);
  readonly #table: Buffer = Buffer.alloc(TOKEN_AT + TOKEN_BYTES);
  readonly #watcher: FSWatcher | undefined;
  #slot = -1;
  #token = 0;

  constructor(path: string, onWake: () => void) {
    // Opened for appending first, so that it is made without being emptied.
    closeSync(openSync(path, "a", 0o600));
    this.#file = openSync(path, "r+");
    this.#token = this.#read();
    this.#watcher = watching(path, () => {
      const token = this.#read();
      if (token === this.#token) return;
      this.#token = token;
      this.#slot = -1;
      onWake();
    });
  }

  /** Enters this process among the sleepers. Look for work after this, not before. */
  sleep(): void {
    // The token stays as it was: a change that its event has yet to tell of must still wake.
    this.#read();
    if (this.#slot >= 0 && this.#entry(this.#slot) === this.#self) return;
    this.#slot = this.#freeSlot();
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.writeUInt32LE(this.#self);
    if (!this.#write(entry, this.#slot * ENTRY_BYTES)) this.#slot = -1;
  }

  /** Takes this process off the table. */
  stayAwake(): void {
    if (this.#slot < 0) return;
    this.#read();
    if (this.#entry(this.#slot) === this.#self) {
      this.#write(Buffer.alloc(ENTRY_BYTES), this.#slot * ENTRY_BYTES);
    }
    this.#slot = -1;
  }

  /** Wakes every other process that sleeps. */
  wakeOthers(): void {
    this.#read();
    let others = false;
    for (let slot = 0; slot < SLEEPERS; slot += 1) {
      const entry = this.#entry(slot);
      if (entry === 0 || entry === this.#self) continue;
      others = true;
      this.#table.writeUInt32LE(0, slot * ENTRY_BYTES);
    }
    if (!others) return;
    // Drawn, not counted: two processes that change it at once must not arrive at one value.
    const token = randomInt(1, 0xff_ff_ff_ff);
    this.#table.writeUInt32LE(token, TOKEN_AT);
    // Not this process's own change to wake up from.
    this.#token = token;
    this.#write(this.#table, 0);
  }

  close(): void {
    this.stayAwake();
    this.#watcher?.close();
    closeSync(this.#file);
  }

  /** A disk without room must not be the end of the store: who is not woken looks by itself before long. */
  #write(bytes: Buffer, at: number): boolean {
    try {
      writeSync(this.#file, bytes, 0, bytes.length, at);
      return true;
    } catch {
      return false;
    }
  }

  #read(): number {
    const read = readSync(this.#file, this.#table, 0, this.#table.length, 0);
    if (read < this.#table.length) this.#table.fill(0, read);
    return this.#table.readUInt32LE(TOKEN_AT);
  }

  #entry(slot: number): number {
    return this.#table.readUInt32LE(slot * ENTRY_BYTES);
  }

  #freeSlot(): number {
    for (let step = 0; step < SLEEPERS; step += 1) {
      const slot = (this.#self + step) % SLEEPERS;
      if (this.#entry(slot) === 0) return slot;
    }
    return this.#self % SLEEPERS;
  }
}

/** Change events of a file; none where the system has no watches left, since the slow check stands behind them. */
function watching(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
