import { storeUrl } from "../../app/store-url.ts";

/** Schemes whose driver stands on a package that is not installed with this one. A test compares it with package.json. */
const PACKAGES: readonly (readonly [schemes: RegExp, name: string, range: string])[] = [
  [/^(redis|rediss|valkey|valkeys|unix)\b/, "ioredis", "^6.0.0"],
];

/** A package, as npm is asked for it. */
export interface NeededPackage {
  readonly name: string;
  readonly range: string;
}

/**
 * The package that a store's driver needs beside this one; `undefined` where it needs none.
 *
 * @throws StoreUrlError
 */
export function driverPackage(store: string): NeededPackage | undefined {
  const { scheme } = storeUrl(store);
  const [, name, range] = PACKAGES.find(([schemes]) => schemes.test(scheme)) ?? [];
  return name === undefined || range === undefined ? undefined : { name, range };
}
