/* Starts a server, says its pid and its folder, and never stops it. */
import { RedisServer } from "../redis.ts";

const server = await RedisServer.start();
process.stdout.write(`${server.pid} ${server.folder}\n`);
await new Promise(() => undefined);
