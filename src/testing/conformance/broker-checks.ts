import type { Broker } from "../../contracts/broker.ts";
import type { Check } from "./check.ts";
import { batchChecks } from "./facets/batches.ts";
import { bodyTextChecks } from "./facets/body-text.ts";
import { closingChecks } from "./facets/closing.ts";
import { concurrencyChecks } from "./facets/concurrency.ts";
import { crashChecks } from "./facets/crashes.ts";
import { declarationChecks } from "./facets/declaration.ts";
import { enqueueChecks } from "./facets/enqueue.ts";
import { expiryChecks } from "./facets/expiry.ts";
import { fencingChecks } from "./facets/fencing.ts";
import { followUpChecks } from "./facets/follow-ups.ts";
import { leaseKeepingChecks } from "./facets/lease-keeping.ts";
import { leaseChecks } from "./facets/leases.ts";
import { namespaceChecks } from "./facets/namespaces.ts";
import { orderChecks } from "./facets/order.ts";
import { parkingChecks } from "./facets/parking.ts";
import { persistenceChecks } from "./facets/persistence.ts";
import { presenceChecks } from "./facets/presence.ts";
import { queueControlChecks } from "./facets/queue-control.ts";
import { releaseChecks } from "./facets/release.ts";
import { retryChecks } from "./facets/retry.ts";
import { schedulingChecks } from "./facets/scheduling.ts";
import { settlementChecks } from "./facets/settlement.ts";
import { sharingChecks } from "./facets/sharing.ts";
import { waitingChecks } from "./facets/waiting.ts";
import type { Harness } from "./harness.ts";

/** Everything that is asked of a broker, whether or not it is a store. */
export function carriageChecks(harness: Harness<Broker>): readonly Check[] {
  return [
    enqueueChecks,
    orderChecks,
    schedulingChecks,
    leaseChecks,
    fencingChecks,
    settlementChecks,
    retryChecks,
    releaseChecks,
    crashChecks,
    parkingChecks,
    expiryChecks,
    followUpChecks,
    waitingChecks,
    bodyTextChecks,
    batchChecks,
    concurrencyChecks,
    closingChecks,
    namespaceChecks,
    sharingChecks,
    persistenceChecks,
    leaseKeepingChecks,
    queueControlChecks,
  ].flatMap((checksOf) => checksOf(harness));
}

/** The conformance suite of `Broker`. Its offers never include `inspection`, which is a backend's. */
export function brokerChecks(harness: Harness<Broker>): readonly Check[] {
  return [
    ...declarationChecks(harness, ({ capabilities, leaseKeeping, queueControl, presence }) => ({
      durable: capabilities.durable,
      shared: capabilities.shared,
      inspection: false,
      leaseKeeping: leaseKeeping !== undefined,
      queueControl: queueControl !== undefined,
      presence: presence !== undefined,
    })),
    ...carriageChecks(harness),
    ...presenceChecks(harness),
  ];
}
