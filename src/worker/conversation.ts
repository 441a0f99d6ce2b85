import type {
  Clock,
  ExchangeRequest,
  Extension,
  ExtendOutcome,
  Lease,
  SettleOutcome,
  Settlement,
  Store,
} from "../contracts/index.ts";
import { pauseMs } from "../internal/patience.ts";
import type { Lane, Reserved } from "./lane.ts";
import type { WorkerPlan } from "./worker-options.ts";

/** A settlement on its way. */
export interface PendingSettlement {
  settlement: Settlement;
  onOutcome: (outcome: SettleOutcome) => void;
  /** It has left for the store, and can be changed no more. */
  sent?: boolean;
}

interface PendingExtension {
  readonly extension: Extension;
  readonly onOutcome: (outcome: ExtendOutcome) => void;
}

/** What the conversation tells its worker. */
export interface ConversationEvents {
  readonly onLeases: (lane: Lane, leases: readonly Reserved[]) => void;
  readonly onParked: (queue: string, task: string, count: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Exchanges under way at once: the store has the next at hand when one is done, while the jobs of another run. */
const IN_FLIGHT = 3;
/** A further exchange is worth its cost for this many outcomes. */
const WORTH_ANOTHER = 32;
/** And this many do not wait until the turn is over: a busy turn is long, and the store would stand idle. */
const WORTH_NOW = 100;
/** Entries of one exchange. */
const MOST_ENTRIES = 1_000;
/** With this many outcomes unsaved the store is away: nothing more is reserved until it is back. */
const MOST_UNSAVED = 10_000;
/** A wait is renewed this often, which is how long a store may be deaf before it is asked again. */
const WAIT_MS = 30_000;

/**
 * A worker's one conversation with its store: what finished goes out together with how much more it can take. Outcomes
 * that the store did not take stay here, outside of every slot, and are sent again until it does.
 */
export class Conversation {
  readonly #store: Store;
  readonly #plan: WorkerPlan;
  readonly #clock: Clock;
  readonly #events: ConversationEvents;
  readonly #tasks: readonly string[];
  readonly #lanes = new Set<Lane>();
  readonly #waits = new Map<Lane, AbortController>();
  readonly #settlements: PendingSettlement[] = [];
  readonly #extensions: PendingExtension[] = [];
  #inFlight = 0;
  #failures = 0;
  #paused = false;
  #scheduled = false;
  #closed = false;
  #idle: (() => void)[] = [];
  /** `monotonic` of the last exchange that worked. */
  lastExchangeAt: number;

  constructor(store: Store, plan: WorkerPlan, tasks: readonly string[], clock: Clock, events: ConversationEvents) {
    this.#store = store;
    this.#plan = plan;
    this.#tasks = tasks;
    this.#clock = clock;
    this.#events = events;
    this.lastExchangeAt = clock.monotonic();
  }

  addLane(lane: Lane): void {
    this.#lanes.add(lane);
    this.pump();
  }

  /** Takes nothing more for a lane; what is reserved stays. */
  removeLane(lane: Lane): void {
    lane.stopped = true;
    this.#lanes.delete(lane);
    this.#waits.get(lane)?.abort();
  }

  settle(pending: PendingSettlement): void {
    this.#settlements.push(pending);
    if (this.#inFlight < IN_FLIGHT && this.#settlements.length >= WORTH_NOW) this.pump();
    else this.#schedule();
  }

  extend(extension: Extension, onOutcome: (outcome: ExtendOutcome) => void): void {
    this.#extensions.push({ extension, onOutcome });
    this.#schedule();
  }

  /** Resolves when every outcome is with the store, or `limitMs` are over; true in the first case. */
  async flush(limitMs: number): Promise<boolean> {
    if (this.#isIdle()) return true;
    this.pump();
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(limitMs, () => resolve(false));
      this.#idle.push(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }

  /** Says nothing more. What is not settled by now never will be from here, and is left to lapse. */
  close(): void {
    this.#closed = true;
    this.#abandon();
    for (const controller of this.#waits.values()) controller.abort();
  }

  /** Says now what there is to say, if anything. */
  pump(): void {
    if (this.#closed || this.#paused) return;
    while (this.#inFlight < IN_FLIGHT) {
      const request = this.#compose();
      if (request === undefined) break;
      this.#exchange(request);
    }
    this.#listen();
  }

  /** A slot is free without an outcome that would say so. */
  wake(): void {
    this.#schedule();
  }

  /** After this turn of the event loop, so that everything that ends in it goes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.pump();
    });
  }

  #compose(): Composed | undefined {
    if (
      this.#inFlight > 0 &&
      this.#settlements.length < WORTH_ANOTHER &&
      ![...this.#lanes].some((lane) => lane.isStarving)
    ) {
      return undefined;
    }
    const now = this.#clock.monotonic();
    const asked = this.#settlements.length > MOST_UNSAVED ? [] : this.#asked(now);
    if (asked.length + this.#settlements.length + this.#extensions.length === 0) return undefined;
    const settlements = this.#settlements.splice(0, MOST_ENTRIES);
    for (const pending of settlements) pending.sent = true;
    const extensions = this.#extensions.splice(0, MOST_ENTRIES);
    for (const { lane, limit } of asked) lane.requested += limit;
    return { settlements, extensions, asked };
  }

  #asked(now: number): Asked[] {
    const asked: Asked[] = [];
    for (const lane of this.#lanes) {
      lane.measure(now);
      const limit = lane.want();
      if (limit > 0) asked.push({ lane, limit });
    }
    return asked;
  }

  #exchange(composed: Composed): void {
    const { settlements, extensions, asked } = composed;
    const { name, leaseMs, parkMs } = this.#plan;
    const queues = asked.map(({ lane, limit }) => ({ name: lane.queue, limit }));
    const reserve = { queues, tasks: this.#tasks, leaseMs, parkMs, handOver: true };
    const request: ExchangeRequest = {
      worker: name,
      leaseMs,
      ...(settlements.length === 0 ? {} : { settle: settlements.map(({ settlement }) => settlement) }),
      ...(extensions.length === 0 ? {} : { extend: extensions.map(({ extension }) => extension) }),
      ...(queues.length === 0 ? {} : { reserve }),
    };
    this.#inFlight += 1;
    this.#store.exchange(request).then(
      (reply) => this.#replied(composed, reply),
      (error: unknown) => this.#failed(composed, error),
    );
  }

  #replied({ settlements, extensions, asked }: Composed, reply: Awaited<ReturnType<Store["exchange"]>>): void {
    const now = this.#clock.monotonic();
    this.#inFlight -= 1;
    this.#failures = 0;
    this.lastExchangeAt = now;
    for (const { queue, task, count } of reply.parked) this.#events.onParked(queue, task, count);
    for (const { lane, limit } of asked) {
      const leases = reservedOf(lane.queue, reply.leases, now);
      lane.requested -= limit;
      lane.dry = leases.length < limit;
      if (leases.length > 0) this.#events.onLeases(lane, leases);
    }
    // By index: a pair for each of hundreds would be half of what this loop allocates.
    for (let at = 0; at < settlements.length; at += 1) settlements[at]?.onOutcome(reply.settled[at] ?? "stale");
    for (let at = 0; at < extensions.length; at += 1) extensions[at]?.onOutcome(reply.extended[at] ?? "lost");
    this.#afterExchange();
  }

  #failed({ settlements, extensions, asked }: Composed, error: unknown): void {
    this.#inFlight -= 1;
    for (const { lane, limit } of asked) lane.requested -= limit;
    this.#settlements.unshift(...settlements);
    this.#extensions.unshift(...extensions);
    if (this.#closed) {
      this.#abandon();
      return;
    }
    this.#failures += 1;
    this.#events.onError(error);
    this.#paused = true;
    this.#clock.setTimer(pauseMs(this.#failures), () => {
      this.#paused = false;
      this.pump();
    });
  }

  /** A driver that keeps leases itself would keep them for as long as the process lives. */
  #abandon(): void {
    this.#store.leaseKeeping?.abandon(this.#settlements.map(({ settlement }) => settlement));
  }

  #afterExchange(): void {
    this.pump();
    if (!this.#isIdle()) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  #isIdle(): boolean {
    return this.#settlements.length + this.#inFlight === 0;
  }

  /** For every queue that has nothing, waits until the store says that it may have something. */
  #listen(): void {
    for (const lane of this.#lanes) {
      if (!lane.dry || lane.stopped || this.#waits.has(lane)) continue;
      const controller = new AbortController();
      this.#waits.set(lane, controller);
      void this.#wait(lane, controller.signal);
    }
  }

  async #wait(lane: Lane, signal: AbortSignal): Promise<void> {
    const { name: worker, leaseMs } = this.#plan;
    const request = { queues: [lane.queue], tasks: this.#tasks, maxMs: WAIT_MS, signal, handOver: { worker, leaseMs } };
    let handed: readonly Lease[] | undefined;
    try {
      handed = await this.#store.wait(request);
    } catch (error) {
      if (!this.#closed) this.#events.onError(error);
      await new Promise<void>((resolve) => {
        this.#clock.setTimer(pauseMs(1), resolve);
      });
    }
    this.#waits.delete(lane);
    lane.dry = false;
    if (handed === undefined || handed.length === 0) {
      this.pump();
      return;
    }
    if (this.#closed) {
      this.#store.leaseKeeping?.abandon(handed);
      return;
    }
    this.#events.onLeases(lane, reservedOf(lane.queue, handed, this.#clock.monotonic()));
    // What ends in this turn goes with the question for more.
    this.#schedule();
  }
}

/** What came of one queue. */
function reservedOf(queue: string, leases: readonly Lease[], receivedAt: number): Reserved[] {
  const reserved: Reserved[] = [];
  for (const lease of leases) if (lease.queue === queue) reserved.push({ lease, receivedAt });
  return reserved;
}

interface Asked {
  readonly lane: Lane;
  readonly limit: number;
}

interface Composed {
  readonly settlements: readonly PendingSettlement[];
  readonly extensions: readonly PendingExtension[];
  readonly asked: readonly Asked[];
}
