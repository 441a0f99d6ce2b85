import type { Broker } from "../../src/contracts/index.ts";

/** A pair extends leases by itself, so the broker's own keeping is taken off them, as the end of its process would. */
export function extendedByHand(broker: Broker): Broker {
  const { leaseKeeping } = broker;
  const exchange: Broker["exchange"] = async (request) => {
    const reply = await broker.exchange(request);
    leaseKeeping?.abandon(reply.leases);
    return reply;
  };
  return new Proxy(broker, {
    get: (target, name) => {
      if (name === "exchange") return exchange;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
