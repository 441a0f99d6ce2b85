import type { DriverOptions, ExchangeReply, ExchangeRequest, Store } from "../../../src/contracts/index.ts";

/** A store that breaks one sentence of the contracts, and the check that must notice. */
export interface BrokenStore {
  readonly what: string;
  /** The check's facet and name. */
  readonly caughtBy: `${string}: ${string}`;
  readonly change: (store: Store, options: DriverOptions) => Partial<Store>;
}

/** Another request in place of the one that was made, or another answer. */
export function exchanging(
  store: Store,
  alter: {
    readonly request?: (request: ExchangeRequest) => ExchangeRequest | Promise<ExchangeRequest>;
    readonly reply?: (reply: ExchangeReply, request: ExchangeRequest) => ExchangeReply | Promise<ExchangeReply>;
  },
): Pick<Store, "exchange"> {
  return {
    exchange: async (request) => {
      const reply = await store.exchange((await alter.request?.(request)) ?? request);
      return (await alter.reply?.(reply, request)) ?? reply;
    },
  };
}
