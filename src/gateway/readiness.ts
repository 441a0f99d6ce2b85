import type { Clock, Logger, Store, Timer } from "../contracts/index.ts";
import { encodeGateway } from "../core/index.ts";

/** Between two looks while all is well, and while it is not. */
const EVERY_MS = 3_000;
const AGAIN_MS = 500;
/** Red when something has not worked for this long. */
const LIMIT_MS = 8_000;
/** How long an announcement of this gateway holds. */
const LIVE_MS = 30_000;

/** Since when something has not worked; absent while it does. */
export interface Readiness {
  readonly ready: boolean;
  /** Milliseconds since the store last took a write, and since a reservation was last answered. */
  readonly sinceWriteMs: number;
  readonly sinceReserveMs: number;
}

/**
 * Tries, over and over, what gateways and workers need of the store: a write that reaches the disk (this gateway's own
 * announcement, where the store takes one) and an exchange that would reserve.
 */
export class ReadinessProbe {
  readonly #store: () => Promise<Store>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #name: string;
  readonly #version: string;
  #wroteAt: number;
  #reservedAt: number;
  #timer: Timer | undefined;
  #closed = false;
  #wasReady = true;

  constructor(store: () => Promise<Store>, clock: Clock, logger: Logger, name: string, version: string) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    this.#name = name;
    this.#version = version;
    this.#wroteAt = clock.monotonic();
    this.#reservedAt = this.#wroteAt;
  }

  /** Tries once, and from then on at intervals. */
  async start(): Promise<void> {
    await this.#try();
  }

  get readiness(): Readiness {
    const now = this.#clock.monotonic();
    const sinceWriteMs = Math.round(now - this.#wroteAt);
    const sinceReserveMs = Math.round(now - this.#reservedAt);
    return { ready: Math.max(sinceWriteMs, sinceReserveMs) < LIMIT_MS, sinceWriteMs, sinceReserveMs };
  }

  /** Stops trying, and takes the announcement back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const store = await this.#store().catch(() => undefined);
    await store?.presence?.leave(this.#name).catch(() => undefined);
  }

  async #try(): Promise<void> {
    let store: Store | undefined;
    try {
      store = await this.#store();
    } catch (error) {
      this.#logger.debug("the gateway cannot open its store", { error: String(error) });
    }
    const [wrote, reserved] =
      store === undefined ? [false, false] : await Promise.all([this.#write(store), reserve(store, this.#name)]);
    const now = this.#clock.monotonic();
    if (wrote) this.#wroteAt = now;
    if (reserved) this.#reservedAt = now;
    this.#tell();
    if (this.#closed) return;
    this.#timer = this.#clock.setTimer(wrote && reserved ? EVERY_MS : AGAIN_MS, () => void this.#try());
  }

  async #write(store: Store): Promise<boolean> {
    if (store.presence === undefined) return reserve(store, this.#name);
    return works(() => store.presence?.announce(this.#name, encodeGateway(this.#version), LIVE_MS));
  }

  #tell(): void {
    const { ready, ...since } = this.readiness;
    if (ready === this.#wasReady) return;
    this.#wasReady = ready;
    if (ready) this.#logger.info("the gateway is ready again");
    else this.#logger.error("the gateway is not ready: its store does not work", since);
  }
}

/** What a worker would ask, for no queue at all. */
function reserve(store: Store, worker: string): Promise<boolean> {
  const leaseMs = 1_000;
  return works(() => store.exchange({ worker, leaseMs, reserve: { queues: [], tasks: [], leaseMs, parkMs: leaseMs } }));
}

async function works(attempt: () => Promise<unknown> | undefined): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch {
    return false;
  }
}
