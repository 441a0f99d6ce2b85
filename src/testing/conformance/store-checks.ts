import type { Store } from "../../contracts/store.ts";
import { keepingChecks } from "./backend-checks.ts";
import { carriageChecks } from "./broker-checks.ts";
import type { Check } from "./check.ts";
import { atomicityChecks } from "./facets/atomicity.ts";
import { deadLetterChecks } from "./facets/dead-letters.ts";
import { declarationChecks } from "./facets/declaration.ts";
import { presenceChecks } from "./facets/presence.ts";
import type { Harness } from "./harness.ts";
import { storeRecording } from "./recording.ts";

/**
 * The conformance suite of `Store`: what a broker does, what a backend remembers of it, and both in one step. A store that also
 * offers itself as a broker or a backend alone runs those suites too. `durable` where both of its roles are.
 */
export function storeChecks(harness: Harness<Store>): readonly Check[] {
  return [
    ...declarationChecks(harness, (store) => ({
      durable: store.capabilities.durable && store.backendCapabilities.durable,
      shared: store.capabilities.shared && store.backendCapabilities.shared,
      inspection: store.inspection !== undefined,
      leaseKeeping: store.leaseKeeping !== undefined,
      queueControl: store.queueControl !== undefined,
      presence: store.presence !== undefined,
    })),
    ...carriageChecks(harness),
    ...keepingChecks(harness, storeRecording),
    ...atomicityChecks(harness),
    ...deadLetterChecks(harness),
    ...presenceChecks(harness),
  ];
}
