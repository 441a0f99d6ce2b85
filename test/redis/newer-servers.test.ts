import { Redis } from "ioredis";
import { afterAll, describe, expect, test } from "vitest";
import { redis } from "../../src/drivers/redis/index.ts";
import { task } from "../../src/index.ts";
import { storeChecks } from "../../src/testing/conformance/index.ts";
import { redisHarness } from "../conformance/redis-harness.ts";
import { registerChecks } from "../conformance/register-checks.ts";
import { RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

/** Servers that not every machine can have. The rest of the tests are on the one that the system's own release offers. */
const KINDS = ["redis 8", "valkey 8", "valkey 9"] as const;

const servers = await Promise.all(
  KINDS.map(async (kind) => ({
    kind,
    server:
      (await lacking(kind)) === undefined ? await RedisServer.start({ kind, appendfsync: "everysec" }) : undefined,
  })),
);

afterAll(async () => {
  for (const { server } of servers) await server?.[Symbol.asyncDispose]();
});

describe.for(servers)("$kind", ({ kind, server }) => {
  const url = server?.url ?? "redis:";

  // They mostly wait for time to pass, so they wait together.
  describe.skipIf(server === undefined).concurrent("conformance", () => {
    registerChecks(
      kind,
      storeChecks(
        redisHarness(
          url,
          (options) => redis.store!(options),
          [
            "one-step",
            "durable",
            "inspection",
            "lease-keeping",
            "connections",
            "namespaces",
            "queue-control",
            "presence",
          ],
          new Redis(url, { lazyConnect: true }),
        ),
      ),
    );
  });

  test.skipIf(server === undefined)(
    "jobs run, and outlive a kill of the server, which forgets the scripts",
    async () => {
      expect(server?.version).toMatch(new RegExp(`^${kind.split(" ")[1]}\\.`));
      await using app = appOn(url, { durability: "normal", sendTimeout: "20s" });
      const add = task("add", (a: number, b: number) => a + b);
      const client = app.client();
      // Its own policy may hold back for two seconds what it accepted.
      await server?.command("CONFIG", "SET", "appendfsync", "always");
      const kept = await client.send(add, 1, 2);
      await server?.kill();
      await server?.start();
      await app.worker({ tasks: [add] }).start();
      expect(await kept.result({ timeout: "15s" })).toBe(3);
      const later = await client.with({ runAfter: "300ms" }).send(add, 20, 22);
      expect(await later.result({ timeout: "15s" })).toBe(42);
      await server?.command("SCRIPT", "FLUSH");
      expect(await (await client.send(add, 2, 2)).result({ timeout: "15s" })).toBe(4);
    },
  );
});
