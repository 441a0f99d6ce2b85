import type { Driver } from "../contracts/index.ts";

/** Every driver that comes with Millrace, loaded when its URL is used. */
export const DRIVERS: ReadonlyMap<string, () => Promise<Driver>> = new Map([
  ["http", async (): Promise<Driver> => (await import("../drivers/http/index.ts")).http],
  ["https", async (): Promise<Driver> => (await import("../drivers/http/index.ts")).https],
  ["memory", async (): Promise<Driver> => (await import("../drivers/memory/index.ts")).memory],
  ["sqlite", async (): Promise<Driver> => (await import("../drivers/sqlite/index.ts")).sqlite],
]);
