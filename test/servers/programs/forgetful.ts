/* Starts a server, says its pid, and never stops it. */
import { RedisServer } from "../redis.ts";

const server = await RedisServer.start();
process.stdout.write(`${server.pid}\n`);
await new Promise(() => undefined);
