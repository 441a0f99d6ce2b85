import type {
  BackendCapabilities,
  BrokerCapabilities,
  DriverOptions,
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  ExtendOutcome,
  Extension,
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
} from "../../contracts/index.ts";
import type { JobState } from "../../core/state.ts";
import { ClosedError } from "../../errors/index.ts";
import { cancelJob } from "./cancel-job.ts";
import type { JobLedger } from "./job-ledger.ts";
import { holdLedger, type LedgerHold } from "./ledger-registry.ts";
import { macrotaskTurn } from "./macrotask-turn.ts";
import { memoryInspection } from "./memory-inspection.ts";
import { reserveJobs } from "./reserve-jobs.ts";
import { saveRecord } from "./save-record.ts";
import { settleJob } from "./settle-job.ts";

/** Jobs in this process's memory: a store that lives and dies with the process. */
export class MemoryStore implements Store {
  readonly capabilities: BrokerCapabilities = { durable: false, shared: false };
  readonly backendCapabilities: BackendCapabilities = { durable: false, shared: false, volatile: false };
  readonly inspection: Inspection = memoryInspection(() => this.#ledger());
  readonly queueControl: QueueControl = {
    pause: async (queue) => void this.#ledger().paused.add(queue),
    resume: async (queue) => this.#resume(queue),
    paused: async () => [...this.#ledger().paused],
  };
  readonly presence: Presence = {
    announce: async (name, about, liveMs) => this.#ledger().presence.announce(name, about, liveMs),
    leave: async (name) => this.#ledger().presence.leave(name),
    present: async () => this.#ledger().presence.present(),
  };
  readonly #options: DriverOptions;
  readonly #waits = new Set<() => void>();
  readonly #watches = new Set<Watch>();
  #hold: LedgerHold | undefined;
  #closed = false;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    if (this.#closed) throw new ClosedError("The memory store is closed.");
    const { location, namespace, clock } = this.#options;
    this.#hold ??= holdLedger(location, namespace, clock);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const end of this.#waits) end();
    for (const watch of this.#watches) watch.close();
    this.#watches.clear();
    this.#hold?.letGo();
    this.#hold = undefined;
  }

  async enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    const ledger = this.#ledger();
    return jobs.map((job) => ledger.accept(job, true));
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    const ledger = this.#ledger();
    const { reserve, settle = [], extend = [] } = request;
    const settled = settle.map((settlement) => settleJob(ledger, settlement));
    const extended = extend.map((extension) => extendLease(ledger, extension, request.leaseMs));
    if (reserve === undefined) return { settled, extended, leases: [], parked: [] };
    // Noticed late, a lapse may mean that this process was blocked, its holders with it: they get a turn to extend.
    if (reserve.queues.some(({ name }) => ledger.room(name).lapsedLongAgo())) await macrotaskTurn();
    return { settled, extended, ...reserveJobs(ledger, reserve, request.worker) };
  }

  async wait(request: WaitRequest): Promise<undefined> {
    const ledger = this.#ledger();
    const { signal, maxMs } = request;
    const tasks = new Set(request.tasks);
    const rooms = request.queues.map((queue) => ledger.room(queue));
    const offers = request.queues.some((queue) => !ledger.paused.has(queue) && ledger.room(queue).offers(tasks));
    if (!signal.aborted && !offers) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          timer.cancel();
          signal.removeEventListener("abort", end);
          this.#waits.delete(end);
          for (const stop of stops) stop();
          resolve();
        };
        const timer = ledger.clock.setTimer(maxMs, end);
        const stops = rooms.map((room) => room.sleep(end));
        signal.addEventListener("abort", end);
        this.#waits.add(end);
      });
    }
    for (const queue of request.queues) ledger.leaveRoom(queue);
  }

  async insert(jobs: readonly NewJob[]): Promise<readonly ("inserted" | "exists")[]> {
    const ledger = this.#ledger();
    return jobs.map((job) => (ledger.accept(job, false) === "accepted" ? "inserted" : "exists"));
  }

  async save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]> {
    const ledger = this.#ledger();
    return updates.map((update) => saveRecord(ledger, update));
  }

  async load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    const ledger = this.#ledger();
    return ids.map((id) => ledger.view(id));
  }

  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    const watch = this.#ledger().watches.watch(notify);
    this.#watches.add(watch);
    return {
      add: (ids) => watch.add(ids),
      remove: (ids) => watch.remove(ids),
      close: () => {
        watch.close();
        this.#watches.delete(watch);
      },
    };
  }

  async requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]> {
    const ledger = this.#ledger();
    return ids.map((id) => cancelJob(ledger, id, keep));
  }

  async purge(limit: number): Promise<number> {
    return this.#ledger().purge(limit);
  }

  #resume(queue: string): void {
    const ledger = this.#ledger();
    if (ledger.paused.delete(queue)) ledger.room(queue).wake();
    ledger.leaveRoom(queue);
  }

  #ledger(): JobLedger {
    if (this.#hold === undefined) {
      throw new ClosedError(this.#closed ? "The memory store is closed." : "The memory store is not open yet.");
    }
    return this.#hold.ledger;
  }
}

function extendLease(ledger: JobLedger, extension: Extension, leaseMs: number): ExtendOutcome {
  const record = ledger.find(extension.id);
  if (record?.carried !== true || record.state !== "running" || record.lease !== extension.lease) return "lost";
  record.notes = extension.notes ?? record.notes;
  const room = ledger.room(record.queue);
  room.remove(record);
  room.hold(record, leaseMs);
  return record.cancelRequested ? "cancel" : "kept";
}
