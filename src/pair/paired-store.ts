import type {
  Backend,
  BackendCapabilities,
  Broker,
  BrokerCapabilities,
  Checkup,
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  Inspection,
  Keep,
  NewJob,
  Presence,
  QueueControl,
  RecordUpdate,
  SaveOutcome,
  Store,
  StoredJob,
  WaitRequest,
  Watch,
  WatchedJob,
} from "../contracts/index.ts";
import type { JobState } from "../core/state.ts";
import { ClosedError } from "../errors/index.ts";
import { cancelRecords } from "./cancel-records.ts";
import { HeldLeases } from "./held-leases.ts";
import { pairedExchange } from "./paired-exchange.ts";
import { pairedInspection } from "./paired-inspection.ts";
import { sendBoth } from "./send-both.ts";

/**
 * Joins a broker and a backend of two systems into one store, in the order that loses nothing: a job is enqueued before
 * it is recorded, begun in the record before it runs, and recorded as ended before the broker lets go of it.
 *
 * The broker's lease keeping is not offered: cancellation is the backend's word, and reaches a worker when it extends.
 */
export function pair(broker: Broker, backend: Backend): Store {
  return new PairedStore(broker, backend);
}

class PairedStore implements Store {
  readonly capabilities: BrokerCapabilities;
  readonly backendCapabilities: BackendCapabilities;
  readonly inspection?: Inspection;
  readonly checkup?: Checkup;
  readonly queueControl?: QueueControl;
  readonly presence?: Presence;
  readonly #broker: Broker;
  readonly #backend: Backend;
  readonly #held = new HeldLeases();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(broker: Broker, backend: Backend) {
    this.#broker = broker;
    this.#backend = backend;
    this.capabilities = broker.capabilities;
    this.backendCapabilities = backend.backendCapabilities;
    const checkups = [broker.checkup, backend.checkup].filter((checkup) => checkup !== undefined);
    if (checkups.length > 0) {
      this.checkup = { look: async (fix) => (await Promise.all(checkups.map((checkup) => checkup.look(fix)))).flat() };
    }
    if (broker.queueControl !== undefined) this.queueControl = broker.queueControl;
    const presence = broker.presence ?? backend.presence;
    if (presence !== undefined) this.presence = presence;
    if (backend.inspection !== undefined) {
      const inspection = pairedInspection(broker, backend, backend.inspection);
      this.inspection = { ...inspection, replay: (ids) => this.#finishing(() => inspection.replay(ids)) };
    }
  }

  async open(): Promise<void> {
    await this.#broker.open();
    try {
      await this.#backend.open();
    } catch (error) {
      // The reason to report is why the backend did not open.
      await this.#broker.close().catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    // What has begun in one system is finished in the other before either is let go of.
    await Promise.allSettled(this.#underWay);
    try {
      await this.#broker.close();
    } finally {
      await this.#backend.close();
    }
  }

  enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    return this.#finishing(() => sendBoth(this.#broker, this.#backend, jobs));
  }

  exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    return this.#finishing(() => pairedExchange(this.#broker, this.#backend, this.#held, request));
  }

  async wait({ handOver: _, ...request }: WaitRequest): Promise<undefined> {
    await this.#broker.wait(request);
  }

  insert(jobs: readonly NewJob[]): Promise<readonly ("inserted" | "exists")[]> {
    return this.#backend.insert(jobs);
  }

  save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]> {
    return this.#backend.save(updates);
  }

  load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    return this.#backend.load(ids);
  }

  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    return this.#backend.watch(notify);
  }

  requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]> {
    return this.#finishing(() => cancelRecords(this.#backend, ids, keep));
  }

  purge(limit: number): Promise<number> {
    return this.#backend.purge(limit);
  }

  /** Does something that has steps in both systems, so that `close` waits for the last of them. */
  async #finishing<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new ClosedError("The store is closed.");
    const working = work();
    this.#underWay.add(working);
    try {
      return await working;
    } finally {
      this.#underWay.delete(working);
    }
  }
}
