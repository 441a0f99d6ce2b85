import { lacking } from "./server-programs.ts";
import { RedisServer } from "./redis.ts";

/** A server for tests that use one and do it no harm. Namespaces of their own keep them apart. */
export interface AnyRedis extends AsyncDisposable {
  readonly url: string;
}

/**
 * The server at `MILLRACE_REDIS_URL`, or one that is started now and ends with the test process; `undefined` on a desk
 * where neither can be had.
 *
 * @throws Error in CI when neither can be had
 */
export async function anyRedis(): Promise<AnyRedis | undefined> {
  const url = process.env["MILLRACE_REDIS_URL"];
  if (url !== undefined && url !== "") return { url, [Symbol.asyncDispose]: async () => undefined };
  return (await lacking("redis")) === undefined ? RedisServer.start() : undefined;
}
