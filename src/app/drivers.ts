import type { Driver } from "../contracts/index.ts";

const redis = async (): Promise<Driver> => (await import("../drivers/redis/index.ts")).redis;

const REDIS_SCHEMES = [
  "redis",
  "rediss",
  "redis+sentinel",
  "rediss+sentinel",
  "redis+cluster",
  "rediss+cluster",
  "valkey",
  "valkeys",
  "unix",
] as const;

/** Every driver that comes with Millrace, loaded when its URL is used. */
export const DRIVERS: ReadonlyMap<string, () => Promise<Driver>> = new Map<string, () => Promise<Driver>>([
  ["http", async (): Promise<Driver> => (await import("../drivers/http/index.ts")).http],
  ["https", async (): Promise<Driver> => (await import("../drivers/http/index.ts")).https],
  ["memory", async (): Promise<Driver> => (await import("../drivers/memory/index.ts")).memory],
  ["sqlite", async (): Promise<Driver> => (await import("../drivers/sqlite/index.ts")).sqlite],
  ...REDIS_SCHEMES.map((scheme) => [scheme, redis] as const),
]);
