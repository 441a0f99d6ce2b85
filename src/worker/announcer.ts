import type { Clock, Logger, Presence, Store, Timer } from "../contracts/index.ts";
import { type WorkerAbout, encodeAbout } from "../core/index.ts";

/** How often a worker says that it is alive. */
const EVERY_MS = 10_000;
/** How long that holds: it may be unheard twice before it counts as gone. */
const LIVE_MS = 35_000;
/** A store that ends with this process needs no sign of life: a hundred years. */
const FOR_EVER_MS = 100 * 365.25 * 86_400_000;
/** A store that is away must not hold up a stop. */
const LEAVE_MS = 1_000;

/** Says that a worker is alive, and what it serves, to those who look. Nothing depends on it, so failing is no error. */
export class Announcer {
  readonly #presence: Presence;
  readonly #isShared: boolean;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #name: string;
  readonly #about: () => WorkerAbout;
  #timer: Timer | undefined;
  #saying: Promise<void> | undefined;

  constructor(
    presence: Presence,
    { capabilities }: Pick<Store, "capabilities">,
    clock: Clock,
    logger: Logger,
    name: string,
    about: () => WorkerAbout,
  ) {
    this.#presence = presence;
    this.#isShared = capabilities.shared;
    this.#clock = clock;
    this.#logger = logger;
    this.#name = name;
    this.#about = about;
  }

  /** Announces now, and from then on at intervals. */
  announce(): void {
    this.#timer?.cancel();
    if (this.#isShared) this.#timer = this.#clock.setTimer(EVERY_MS, () => this.announce());
    const liveMs = this.#isShared ? LIVE_MS : FOR_EVER_MS;
    // One at a time, so that an older announcement never follows a newer one.
    this.#saying = (this.#saying ?? Promise.resolve()).then(() =>
      this.#try(() => this.#presence.announce(this.#name, encodeAbout(this.#about()), liveMs)),
    );
  }

  /** Takes the announcement back. */
  async leave(): Promise<void> {
    this.#timer?.cancel();
    const left = (this.#saying ?? Promise.resolve()).then(() => this.#try(() => this.#presence.leave(this.#name)));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimer(LEAVE_MS, resolve);
    await Promise.race([left, late]);
    timer.cancel();
  }

  async #try(say: () => Promise<void>): Promise<void> {
    try {
      await say();
    } catch (error) {
      this.#logger.debug("a worker could not announce itself", { worker: this.#name, error: String(error) });
    }
  }
}
