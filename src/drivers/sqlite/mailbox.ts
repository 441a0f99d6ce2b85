import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";

/*
 * A line between two threads, one way: messages short enough cross in shared memory, the others, and what wakes a reader
 * that is not looking, through a port. Posting through a port costs both ends several times what the text itself costs,
 * and a thread that sleeps in its event loop takes longer to wake than a short answer takes to come.
 */

/** Bytes of text that cross in shared memory. */
const SLOT_BYTES = 65_536;
const HEAD_BYTES = 64;
/** More of one kind than this are copied. */
const MOST_ROWS = 16;
/** The most bytes that one unit of a string takes in UTF-8. */
const UNIT_BYTES = 3;

/** Numbers in the head. Bytes of text in the slot; 0: it is free. */
const LENGTH = 0;
/** The number of the last message sent, either way. */
const SENT = 1;
/** 1 while the reader looks by itself; else it must be woken. */
const LOOKING = 2;
/** The number before that of the first message: an end may be made when there are messages already. */
const START = 3;

type Numbered<M> = readonly [number: number, message: M];

/** What goes through the port: a message; one as text that found no room in memory; nothing but a call to look there. */
export type Posted<M> = Numbered<M> | string | null;

/**
 * Memory that both ends of one direction share.
 *
 * @param sent the number after which messages are counted; for tests
 */
export function mailboxMemory(sent = 0): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(HEAD_BYTES + SLOT_BYTES);
  const head = new Int32Array(memory);
  head[SENT] = sent;
  head[START] = sent;
  return memory;
}

/** Takes what waits in a port, a piece at a time; for the end that can ask it. */
export function waitingIn<M>(port: MessagePort): () => Posted<M> | undefined {
  return () => {
    const next: { message: Posted<M> } | undefined = receiveMessageOnPort(port);
    return next?.message;
  };
}

/** The next number. They are of 32 bits, and begin again: a busy store sends so many in half a day. */
function after(number: number): number {
  return (number + 1) | 0;
}

export class Outbox<M> {
  readonly #head: Int32Array;
  readonly #slot: Buffer;
  readonly #post: (posted: Posted<M>) => void;
  #sent: number;

  constructor(memory: SharedArrayBuffer, post: (posted: Posted<M>) => void) {
    this.#head = new Int32Array(memory, 0, HEAD_BYTES / 4);
    this.#slot = Buffer.from(memory, HEAD_BYTES);
    this.#post = post;
    this.#sent = Atomics.load(this.#head, START);
  }

  /**
   * Sends what JSON carries whole.
   *
   * @param rows how many things of one kind it tells of: to copy many as they are costs less than to write and read text
   */
  send(message: M, rows = 0): void {
    const numbered = [after(this.#sent), message] as const;
    const posted = rows > MOST_ROWS ? numbered : JSON.stringify(numbered);
    const isShared = typeof posted === "string" && this.#put(posted);
    if (!isShared) this.#post(posted);
    [this.#sent] = numbered;
    Atomics.store(this.#head, SENT, this.#sent);
    // In this order: a reader who stops looking says so first, and then looks once more.
    if (isShared && Atomics.load(this.#head, LOOKING) === 0) this.#post(null);
  }

  /** Puts text into the slot; not if it is too long for it, or the last one was not taken yet. */
  #put(text: string): boolean {
    if (text.length * UNIT_BYTES > SLOT_BYTES || Atomics.load(this.#head, LENGTH) !== 0) return false;
    Atomics.store(this.#head, LENGTH, this.#slot.write(text));
    return true;
  }
}

export class Inbox<M> {
  readonly #head: Int32Array;
  readonly #slot: Buffer;
  readonly #next: () => Posted<M> | undefined;
  /** What came before its turn: the two ways are not equally fast. */
  readonly #early = new Map<number, M>();
  #taken: number;

  /** @param next what waits in the port, where that can be asked */
  constructor(memory: SharedArrayBuffer, next: () => Posted<M> | undefined = () => undefined) {
    this.#head = new Int32Array(memory, 0, HEAD_BYTES / 4);
    this.#slot = Buffer.from(memory, HEAD_BYTES);
    this.#next = next;
    this.#taken = Atomics.load(this.#head, START);
  }

  /** Whether something was sent that has not been taken. */
  get hasMore(): boolean {
    return Atomics.load(this.#head, SENT) !== this.#taken;
  }

  /** Whether senders may leave it to this end to look. To be followed by one more look where it is set to false. */
  set isLooking(looking: boolean) {
    Atomics.store(this.#head, LOOKING, looking ? 1 : 0);
  }

  /** Everything that has arrived, in the order in which it was sent. */
  take(posted?: Posted<M>): M[] {
    if (posted !== undefined) this.#keep(posted);
    const sent = Atomics.load(this.#head, SENT);
    this.#empty();
    while (((sent - this.#taken) | 0) > this.#early.size) {
      const next = this.#next();
      if (next === undefined) break;
      this.#keep(next);
    }
    const messages: M[] = [];
    for (let at = after(this.#taken); this.#early.has(at); at = after(at)) {
      messages.push(this.#early.get(at) as M);
      this.#early.delete(at);
      this.#taken = at;
    }
    return messages;
  }

  #empty(): void {
    const length = Atomics.load(this.#head, LENGTH);
    if (length === 0) return;
    const text = this.#slot.toString("utf8", 0, length);
    Atomics.store(this.#head, LENGTH, 0);
    this.#keep(text);
  }

  #keep(posted: Posted<M>): void {
    if (posted === null) return;
    const [number, message] = typeof posted === "string" ? (JSON.parse(posted) as Numbered<M>) : posted;
    this.#early.set(number, message);
  }
}
