import type { Redis } from "ioredis";

/** How often it looks within the limit: a dead connection is ended at most one part of this many later than that. */
const LOOKS = 4;

/**
 * Ends a connection on which nothing is heard for `limitMs` while an answer is due, or the client and the server greet each
 * other; the client then connects anew. It looks from time to time: a timer and a listener for each question, as the client's
 * own `socketTimeout` has them, take a tenth of the processor time of a send.
 */
export class Watchdog {
  readonly #client: Redis;
  readonly #limitMs: number;
  readonly #isAsked: () => boolean;
  #timer: NodeJS.Timeout | undefined;
  #heardBytes = 0;
  #silentLooks = 0;

  /** `client` is not connected yet; `isAsked` tells whether an answer is due. */
  constructor(client: Redis, limitMs: number, isAsked: () => boolean) {
    this.#client = client;
    this.#limitMs = limitMs;
    this.#isAsked = isAsked;
    // What was heard before was heard on another connection.
    client.on("connect", () => {
      this.#rest();
      this.watch();
    });
  }

  /** To be called when something is asked. */
  watch(): void {
    if (this.#timer !== undefined) return;
    this.#heardBytes = this.#client.stream.bytesRead;
    this.#silentLooks = 0;
    this.#timer = setInterval(() => this.#look(), this.#limitMs / LOOKS).unref();
  }

  #look(): void {
    const { status, stream } = this.#client;
    // With this status, it has asked something itself.
    if (!this.#isAsked() && status !== "connect") {
      this.#rest();
      return;
    }
    // Looks are counted, and no clock is read: when a task has blocked the event loop, what was said meanwhile is not read yet.
    this.#silentLooks = stream.bytesRead === this.#heardBytes ? this.#silentLooks + 1 : 0;
    this.#heardBytes = stream.bytesRead;
    if (this.#silentLooks < LOOKS) return;
    this.#rest();
    stream.destroy(new Error(`nothing was heard for ${this.#limitMs} ms, and an answer was due`));
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
