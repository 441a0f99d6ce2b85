/*
 * drivers/http: a store as it is reached through a gateway: what a client needs of it, and nothing of what a worker does.
 * Here: requests, answers, and the forms in which jobs travel. Not here: the gateway.
 */
import type { Driver, DriverOptions } from "../../contracts/index.ts";
import { GatewayStore } from "./gateway-store.ts";

function opener(scheme: "http" | "https"): (options: DriverOptions) => GatewayStore {
  return (options) => new GatewayStore(`${scheme}:${options.location}`, options);
}

/** `http://HOST:PORT`: the store behind a gateway. */
export const http: Driver = { scheme: "http", store: opener("http") };
/** `https://HOST:PORT`: the same, encrypted. */
export const https: Driver = { scheme: "https", store: opener("https") };
