/*
 * Real servers for tests and benchmarks: where their programs are, how they are started, broken and ended. Nothing in
 * here knows Millrace.
 */
export { anyRedis } from "./any-redis.ts";
export { type Fault, FaultProxy } from "./fault-proxy.ts";
export { PostgresServer } from "./postgres.ts";
export { RedisCluster } from "./redis-cluster.ts";
export { RedisSentinel } from "./redis-sentinel.ts";
export { RedisServer } from "./redis.ts";
export { ReplyError } from "./resp.ts";
export { RespServer } from "./resp-server.ts";
export { lacking } from "./server-programs.ts";
