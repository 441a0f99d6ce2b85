import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { LeaseSignal } from "../../contracts/index.ts";
import { pauseMs } from "../../internal/patience.ts";
import type { RawJobs } from "./stored-jobs.ts";

export interface Hearing {
  /** A queue got something. */
  readonly onWake: (prefix: string, queue: string) => void;
  /** A job was handed over; see hand-overs.ts. */
  readonly onHandOver: (prefix: string, said: string) => void;
  readonly onCancel: (signal: LeaseSignal) => void;
  /** Watched jobs have ended. */
  readonly onEnded: (ids: readonly string[]) => void;
  /** The same, with what is stored of them. */
  readonly onFinal: (ids: readonly string[], stored: RawJobs) => void;
  /** The connection is broken: what is said is not heard, and what was said last may not have been. */
  readonly onLost: () => void;
  /** It was broken, and is no more. */
  readonly onBack: () => void;
}

/** See lua/ends.lua. */
type FinalWord = readonly [ids: readonly string[], now: number, records: RawJobs[1], progress: RawJobs[2]];

/** Whoever wants to hear does without after this long, and looks more often. */
const SOON_MS = 500;
/** How often to ask whether the server is still there, since nobody else does on a connection that only listens. */
const PING_MS = 10_000;

/** The connection that hears what scripts tell this process. Opened when it is needed first, and made anew when it breaks. */
export class Ears {
  readonly #make: () => Promise<Redis>;
  readonly #channels: readonly string[];
  readonly #hearing: Hearing;
  #listening: Promise<void> | undefined;
  #hears = false;
  #client: Redis | undefined;
  #ping: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #failures = 0;
  #heard = false;
  #closed = false;

  /** `make` gives a client that does not reconnect by itself. */
  constructor(make: () => Promise<Redis>, channels: readonly string[], hearing: Hearing) {
    this.#make = make;
    this.#channels = channels;
    this.#hearing = hearing;
  }

  /** Whether everything that is said now is heard. */
  get hears(): boolean {
    return this.#hears;
  }

  /** Resolves with true when everything that is said from now on is heard; with false when that cannot be had soon. */
  async listen(): Promise<boolean> {
    if (this.#hears) return true;
    this.#listening ??= this.#listen().catch(() => this.#lost());
    const timer = sleep(SOON_MS, undefined, { ref: false });
    await Promise.race([this.#listening, timer]);
    return this.#hears;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    clearInterval(this.#ping);
    this.#client?.disconnect();
  }

  async #listen(): Promise<void> {
    const client = await this.#make();
    this.#client = client;
    client.on("error", () => {});
    client.on("message", (channel: string, message: string) => this.#hear(channel, message));
    try {
      await client.connect();
      await client.subscribe(...this.#channels);
    } catch (error) {
      client.disconnect();
      throw error;
    }
    if (this.#closed) {
      client.disconnect();
      return;
    }
    client.once("close", () => this.#lost());
    this.#hears = true;
    this.#ping = setInterval(() => void client.ping().catch(() => undefined), PING_MS).unref();
    this.#failures = 0;
    if (this.#heard) this.#hearing.onBack();
    this.#heard = true;
  }

  #lost(): void {
    this.#hears = false;
    clearInterval(this.#ping);
    this.#client?.disconnect();
    this.#client = undefined;
    this.#listening = undefined;
    if (this.#closed) return;
    if (this.#heard) this.#hearing.onLost();
    // Somebody may be waiting for a word.
    this.#failures += 1;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.listen(), pauseMs(this.#failures)).unref();
  }

  #hear(channel: string, message: string): void {
    const prefix = channel.slice(0, channel.indexOf("to:"));
    const end = message.indexOf(" ");
    const kind = message.slice(0, end);
    const said = message.slice(end + 1);
    if (kind === "wake") this.#hearing.onWake(prefix, said);
    else if (kind === "lease") this.#hearing.onHandOver(prefix, said);
    else if (kind === "cancel") {
      const [lease, id = ""] = said.split(" ");
      this.#hearing.onCancel({ id, lease: Number(lease), signal: "cancel" });
    } else if (kind === "ended") this.#hearing.onEnded(said.split(" "));
    else if (kind === "final") {
      const [ids, now, records, progress] = JSON.parse(said) as FinalWord;
      this.#hearing.onFinal(ids, [now, records, progress, []]);
    }
  }
}
