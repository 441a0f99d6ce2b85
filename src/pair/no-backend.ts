import type {
  BackendCapabilities,
  Broker,
  BrokerCapabilities,
  Checkup,
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  Lease,
  LeaseKeeping,
  NewJob,
  Presence,
  QueueControl,
  SaveOutcome,
  Settlement,
  Store,
  StoredJob,
  WaitRequest,
  Watch,
} from "../contracts/index.ts";
import type { JobState } from "../core/state.ts";
import { isFinal } from "../core/state.ts";
import { CapabilityError } from "../errors/index.ts";

/**
 * Gives a broker alone the face of a store: jobs are sent and run, and nothing is remembered of them. What would need a
 * record is refused with a `CapabilityError`.
 */
export function withoutBackend(broker: Broker): Store {
  return new BrokerAlone(broker);
}

class BrokerAlone implements Store {
  readonly capabilities: BrokerCapabilities;
  readonly backendCapabilities: BackendCapabilities = { durable: false, shared: false, volatile: true };
  readonly leaseKeeping?: LeaseKeeping;
  readonly checkup?: Checkup;
  readonly queueControl?: QueueControl;
  readonly presence?: Presence;
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
    this.capabilities = broker.capabilities;
    if (broker.leaseKeeping !== undefined) this.leaseKeeping = broker.leaseKeeping;
    if (broker.checkup !== undefined) this.checkup = broker.checkup;
    if (broker.queueControl !== undefined) this.queueControl = broker.queueControl;
    if (broker.presence !== undefined) this.presence = broker.presence;
  }

  open(): Promise<void> {
    return this.#broker.open();
  }

  close(): Promise<void> {
    return this.#broker.close();
  }

  enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    return this.#broker.enqueue(jobs);
  }

  exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    const { settle, ...rest } = request;
    return this.#broker.exchange(settle === undefined ? rest : { ...rest, settle: settle.map(unrecorded) });
  }

  wait(request: WaitRequest): Promise<readonly Lease[] | undefined> {
    return this.#broker.wait(request);
  }

  async insert(): Promise<readonly ("inserted" | "exists")[]> {
    throw needsBackend("Recording a job");
  }

  async save(): Promise<readonly SaveOutcome[]> {
    throw needsBackend("Recording a job");
  }

  async load(): Promise<readonly (StoredJob | undefined)[]> {
    throw needsBackend("Reading a job");
  }

  watch(): Watch {
    throw needsBackend("Waiting for a job's result");
  }

  async requestCancel(): Promise<readonly (JobState | undefined)[]> {
    throw needsBackend("Cancelling a job");
  }

  async purge(): Promise<number> {
    throw needsBackend("Purging records");
  }
}

/** Nobody could read what a broker that is able to would keep, and nobody would purge it. Dead letters stay. */
function unrecorded(settlement: Settlement): Settlement {
  if (!isFinal(settlement.to)) return settlement;
  const { result: _, ...rest } = settlement;
  return { ...rest, keep: { recordMs: 0, resultMs: 0 } };
}

function needsBackend(what: string): CapabilityError {
  return new CapabilityError(`${what} needs a backend: give \`backend:\` or a store.`);
}
