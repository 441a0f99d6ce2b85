import type { Client } from "../client/index.ts";
import type { Clock, Logger, Store } from "../contracts/index.ts";

/** What a gateway is given by the app that opens it. */
export interface GatewayHost {
  readonly client: Client;
  /** The open store; opens it at the first call. */
  readonly store: () => Promise<Store>;
  /** The queue to which a task of this name goes when its sender names none. */
  readonly queueOf: (task: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly namespace: string;
  readonly version: string;
}
