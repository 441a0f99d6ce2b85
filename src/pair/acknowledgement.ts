import type { LeaseRef, Settlement } from "../contracts/index.ts";
import { isFinal } from "../core/state.ts";

/** Takes a job away from the broker: what became of it, dead letters too, is the backend's to keep. */
export function removal({ id, lease }: LeaseRef): Settlement {
  return { id, lease, to: "succeeded", charged: false, keep: { recordMs: 0, resultMs: 0 } };
}

/** Gives a job back to the broker as if it had not been reserved. */
export function release({ id, lease }: LeaseRef): Settlement {
  return { id, lease, to: "queued", charged: false };
}

/** What the broker is told of a settlement, once the backend has recorded it. */
export function acknowledgement(settlement: Settlement): Settlement {
  const { id, lease, to, charged, delayMs, trail } = settlement;
  if (isFinal(to)) return removal(settlement);
  return {
    id,
    lease,
    to,
    charged,
    ...(delayMs !== undefined && { delayMs }),
    ...(trail !== undefined && { trail }),
  };
}
