import type { Backend } from "../../contracts/backend.ts";
import type { Check } from "./check.ts";
import { backendClosingChecks } from "./facets/backend-closing.ts";
import { cancellationChecks } from "./facets/cancellation.ts";
import { declarationChecks } from "./facets/declaration.ts";
import { insertChecks } from "./facets/insert.ts";
import { inspectionChecks } from "./facets/inspection.ts";
import { presenceChecks } from "./facets/presence.ts";
import { recordPersistenceChecks } from "./facets/record-persistence.ts";
import { recordTextChecks } from "./facets/record-text.ts";
import { recordChecks } from "./facets/records.ts";
import { retentionChecks } from "./facets/retention.ts";
import { savingChecks } from "./facets/saving.ts";
import { watchingChecks } from "./facets/watching.ts";
import type { Harness, Opened } from "./harness.ts";
import { backendRecording, type Recording } from "./recording.ts";

/** Everything that is asked of records, however they are written. */
export function keepingChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  return [
    ...recordChecks(harness, record),
    ...retentionChecks(harness, record),
    ...cancellationChecks(harness, record),
    ...watchingChecks(harness, record),
    ...inspectionChecks(harness, record),
    ...recordTextChecks(harness, record),
    ...recordPersistenceChecks(harness, record),
    ...backendClosingChecks(harness),
  ];
}

/** The conformance suite of `Backend`, as it is used beside a broker of another system. Its offers never include `lease-keeping` and `queue-control`. */
export function backendChecks(harness: Harness<Backend>): readonly Check[] {
  return [
    ...declarationChecks(harness, ({ backendCapabilities, inspection, presence }) => ({
      durable: backendCapabilities.durable,
      shared: backendCapabilities.shared,
      inspection: inspection !== undefined,
      leaseKeeping: false,
      queueControl: false,
      presence: presence !== undefined,
    })),
    ...insertChecks(harness),
    ...savingChecks(harness),
    ...keepingChecks(harness, backendRecording),
    ...presenceChecks(harness),
  ];
}
