import { afterAll } from "vitest";
import { lacking } from "./server-programs.ts";
import { RedisServer } from "./redis.ts";

/** A server for tests that use one and do it no harm. Namespaces of their own keep them apart. */
export interface AnyRedis {
  readonly url: string;
}

/**
 * The server at `MILLRACE_REDIS_URL`, or one that is started now and ends with the tests of the file that asks;
 * `undefined` on a desk where neither can be had. To be asked for where tests are collected.
 *
 * @throws Error in CI when neither can be had
 */
export async function anyRedis(): Promise<AnyRedis | undefined> {
  const url = process.env["MILLRACE_REDIS_URL"];
  if (url !== undefined && url !== "") return { url };
  if ((await lacking("redis")) !== undefined) return undefined;
  const server = await RedisServer.start();
  afterAll(() => server[Symbol.asyncDispose]());
  return server;
}
