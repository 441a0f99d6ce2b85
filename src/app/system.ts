import { refuseUnknownKeys } from "../internal/known-keys.ts";
import type { SystemOptions } from "./options.ts";
import { type StoreUrl, storeUrl } from "./store-url.ts";

/** Which system to use and how to reach it, checked. */
export type System = StoreUrl & Pick<SystemOptions, "options" | "client">;

const KEYS = ["url", "options", "client"] as const satisfies readonly (keyof SystemOptions)[];

/** @throws StoreUrlError, ConfigurationError */
export function systemOf(given: string | SystemOptions): System {
  if (typeof given === "string") return storeUrl(given);
  refuseUnknownKeys(given, KEYS, "option of a system");
  const { url, options, client } = given;
  return { ...storeUrl(url), ...(options !== undefined && { options }), ...(client !== undefined && { client }) };
}
