/*
 * Real servers for tests and benchmarks: where their programs are, how they are started, broken and ended. Nothing in
 * here knows Millrace.
 */
export { type AnyRedis, anyRedis } from "./any-redis.ts";
export { type Fault, FaultProxy, type FaultRule } from "./fault-proxy.ts";
export { PostgresServer, type PostgresOptions } from "./postgres.ts";
export { RedisCluster } from "./redis-cluster.ts";
export { RedisSentinel } from "./redis-sentinel.ts";
export { type RedisKind, type RedisOptions, RedisServer } from "./redis.ts";
export { type Reply, ReplyError } from "./resp.ts";
export { RespServer } from "./resp-server.ts";
export { type ServerKind, lacking } from "./server-programs.ts";
