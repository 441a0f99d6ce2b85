/*
 * Real servers for tests and benchmarks: where their programs are, how they are started, broken and ended. Nothing in
 * here knows Millrace.
 */
export { type AnyRedis, anyRedis } from "./any-redis.ts";
export { type ServerKind, lacking, programsOf } from "./server-programs.ts";
export { type RedisKind, type RedisOptions, RedisServer } from "./redis.ts";
export { type Reply, ReplyError } from "./resp.ts";
