import type { BacklogCap } from "./backlog-cap.ts";
import type { GatewayHost } from "./gateway-host.ts";
import type { ReadinessProbe } from "./readiness.ts";
import type { RecordFeed } from "./record-feed.ts";
import type { StreamSlots } from "./stream-slots.ts";

/** What the handlers of all routes work with. */
export interface Desk extends GatewayHost {
  readonly backlog: BacklogCap;
  readonly feed: RecordFeed;
  readonly streams: StreamSlots;
  readonly probe: ReadinessProbe;
  readonly maxBodyBytes: number;
  readonly readOnly: boolean;
  /** Aborts when the gateway closes. */
  readonly closing: AbortSignal;
}
