import type { Socket } from "node:net";

interface Held {
  /** Bytes, or how the connection ends after those before. */
  readonly what: Buffer | "end" | "reset";
  readonly dueAt: number;
}

/** What holds for one direction of one connection. */
export interface LocalWeather {
  readonly isSilent: () => boolean;
  readonly latencyMs: () => number;
}

/** One direction of a connection: what is pushed arrives later, in its order, and not while the way is silent. */
export class SlowPipe {
  readonly #socket: Socket;
  readonly #weather: LocalWeather;
  #held: Held[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, weather: LocalWeather) {
    this.#socket = socket;
    this.#weather = weather;
  }

  push(bytes: Buffer): void {
    this.#hold(bytes);
  }

  end(how: "end" | "reset" = "end"): void {
    this.#hold(how);
  }

  /** Forgets what is on its way. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#held = [];
  }

  flush(): void {
    clearTimeout(this.#timer);
    while (this.#held.length > 0 && !this.#weather.isSilent()) {
      const [next] = this.#held as [Held];
      const leftMs = next.dueAt - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.flush(), leftMs);
        return;
      }
      this.#held.shift();
      if (next.what === "reset") this.#socket.resetAndDestroy();
      else if (next.what === "end") this.#socket.end();
      else this.#socket.write(next.what);
    }
  }

  #hold(what: Held["what"]): void {
    const dueAt = Math.max(this.#held.at(-1)?.dueAt ?? 0, performance.now() + this.#weather.latencyMs());
    this.#held.push({ what, dueAt });
    this.flush();
  }
}
