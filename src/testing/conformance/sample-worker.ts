import assert from "node:assert/strict";
import type { Broker } from "../../contracts/broker.ts";
import type { ExchangeReply, ExchangeRequest, ExtendOutcome } from "../../contracts/exchange.ts";
import type { Lease, LeaseRef } from "../../contracts/lease.ts";
import type { SettleOutcome, Settlement } from "../../contracts/settlement.ts";
import { LONG_MS, MARGIN_MS, SHORT_LEASE_MS } from "./bounds.ts";
import { eventually } from "./eventually.ts";
import type { Opened } from "./harness.ts";
import { promptly } from "./promptly.ts";

interface SampleWorkerOptions {
  readonly name?: string;
  readonly queues?: readonly string[];
  readonly tasks?: readonly string[];
  /** Life of a lease, given and extended. Default: longer than any check. */
  readonly leaseMs?: number;
  readonly parkMs?: number;
}

/** What becomes of a lease, without its name. */
export type Ending = Omit<Settlement, "id" | "lease">;

export const SUCCEEDED: Ending = { to: "succeeded", charged: true, keep: { recordMs: null, resultMs: null } };
export const FAILED: Ending = { ...SUCCEEDED, to: "failed", error: '{"message":"no"}' };
export const RELEASED: Ending = { to: "queued", charged: false };

/** Speaks to a broker as a worker does. Serves the queue "main" and knows the task "known" unless said otherwise. */
export class SampleWorker {
  readonly name: string;
  readonly #opened: Pick<Opened<Broker>, "driver" | "advance">;
  readonly #queues: readonly string[];
  readonly #tasks: readonly string[];
  readonly #leaseMs: number;
  readonly #parkMs: number;

  constructor(opened: Pick<Opened<Broker>, "driver" | "advance">, options: SampleWorkerOptions = {}) {
    this.#opened = opened;
    this.name = options.name ?? "worker-1";
    this.#queues = options.queues ?? ["main"];
    this.#tasks = options.tasks ?? ["known"];
    this.#leaseMs = options.leaseMs ?? LONG_MS;
    this.#parkMs = options.parkMs ?? LONG_MS;
  }

  /** One exchange, with a reservation of up to `limit` jobs of each queue unless `limit` is absent. */
  exchange(part: Pick<ExchangeRequest, "settle" | "extend">, limit?: number): Promise<ExchangeReply> {
    const reserve = {
      queues: this.#queues.map((name) => ({ name, limit: limit ?? 0 })),
      tasks: this.#tasks,
      leaseMs: this.#leaseMs,
      parkMs: this.#parkMs,
    };
    return promptly(
      this.#opened.driver.exchange({
        worker: this.name,
        leaseMs: this.#leaseMs,
        ...part,
        ...(limit !== undefined && { reserve }),
      }),
      "exchange never waits",
    );
  }

  /** What is there to reserve now. */
  async reserve(limit = 100): Promise<readonly Lease[]> {
    return (await this.exchange({}, limit)).leases;
  }

  /** Exactly `count` leases, which must be all there are where several queues are served: a reservation may return fewer than there are, so several may be needed. */
  async gather(count: number, sentence = "an accepted job is handed to a worker"): Promise<readonly Lease[]> {
    const leases: Lease[] = [];
    await eventually(this.#opened, `${sentence}; ${count} were expected`, async () => {
      leases.push(...(await this.reserve(count - leases.length)));
      return leases.length >= count ? true : undefined;
    });
    const ids = new Set(leases.map(({ id }) => id));
    assert.equal(ids.size, leases.length, "a job that is leased is not handed out again");
    assert.equal(leases.length, count, "nothing is handed out but what was sent, at most `limit` of each queue");
    return leases;
  }

  /** The next job, once there is one. */
  async take(sentence?: string): Promise<Lease> {
    const [lease] = await this.gather(1, sentence);
    assert.ok(lease);
    return lease;
  }

  async settle(lease: LeaseRef, ending: Ending): Promise<SettleOutcome> {
    const { settled } = await this.exchange({ settle: [{ id: lease.id, lease: lease.lease, ...ending }] });
    assert.equal(settled.length, 1, "settled has one outcome for each of settle");
    return settled[0] as SettleOutcome;
  }

  /** Settles, and insists that it was applied. */
  async end(lease: LeaseRef, ending: Ending): Promise<void> {
    assert.equal(await this.settle(lease, ending), "applied", "the settlement of a job's current lease is applied");
  }

  async extend(lease: LeaseRef, notes?: string): Promise<ExtendOutcome> {
    const { extended } = await this.exchange({
      extend: [{ id: lease.id, lease: lease.lease, ...(notes !== undefined && { notes }) }],
    });
    assert.equal(extended.length, 1, "extended has one outcome for each of extend");
    return extended[0] as ExtendOutcome;
  }

  /** Stops keeping leases of SHORT_LEASE_MS and waits until they are past. */
  async lapse(leases: readonly LeaseRef[]): Promise<void> {
    this.#opened.driver.leaseKeeping?.abandon(leases.map(({ id, lease }) => ({ id, lease })));
    await this.#opened.advance(SHORT_LEASE_MS + MARGIN_MS);
  }
}
