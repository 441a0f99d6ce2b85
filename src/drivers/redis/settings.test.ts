import { Cluster, Redis } from "ioredis";
import { expect, test } from "vitest";
import { type Settings, clientLike, clientOf, isCluster } from "./settings.ts";

const settings: Settings = {
  kind: "single",
  place: "redis://h",
  namespace: "n",
  nodes: [],
  options: { host: "h", port: 7_000, db: 3, maxRetriesPerRequest: 20, tls: {} },
  answerLimitMs: 250,
};

test("a client is made of the settings, but what Millrace stands on is its own", async () => {
  const { client } = await clientOf(settings, "jobs");
  expect(isCluster(client)).toBe(false);
  expect(client.status).toBe("wait");
  expect(client.options).toMatchObject({
    host: "h",
    port: 7_000,
    db: 3,
    tls: {},
    connectionName: "millrace:n:jobs",
    connectTimeout: 250,
    socketTimeout: undefined,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  });
});

test("sentinels and clusters are given their nodes", async () => {
  const nodes = [
    { host: "a", port: 1 },
    { host: "b", port: 2 },
  ];
  const sentinel = await clientOf({ ...settings, kind: "sentinel", nodes, options: { name: "mine" } }, "jobs");
  expect(sentinel.client.options).toMatchObject({ sentinels: nodes, name: "mine", sentinelCommandTimeout: 250 });
  const cluster = await clientOf({ ...settings, kind: "cluster", nodes }, "jobs");
  expect(isCluster(cluster.client)).toBe(true);
  expect(cluster.client.options).toMatchObject({
    redisOptions: { tls: {}, connectionName: "millrace:n:jobs", maxRetriesPerRequest: 0, socketTimeout: 250 },
  });
});

test("a client like the user's own reaches what that one does, and the user's stays as it is", async () => {
  const own = new Redis({
    host: "h",
    port: 7_000,
    db: 5,
    maxRetriesPerRequest: 20,
    socketTimeout: 9,
    lazyConnect: true,
  });
  const { client } = await clientLike(own, settings, "jobs");
  expect(client).not.toBe(own);
  expect(client.options).toMatchObject({ host: "h", port: 7_000, db: 5, maxRetriesPerRequest: 0 });
  expect(client.options).toMatchObject({ socketTimeout: undefined });
  expect(own.options.maxRetriesPerRequest).toBe(20);
  expect(own.status).toBe("wait");
  const ownCluster = new Cluster([{ host: "a", port: 1 }], { lazyConnect: true, redisOptions: { username: "ada" } });
  const cluster = await clientLike(ownCluster, settings, "jobs");
  expect(isCluster(cluster.client)).toBe(true);
  expect(cluster.client.options).toMatchObject({
    redisOptions: { username: "ada", maxRetriesPerRequest: 0, socketTimeout: 250 },
  });
});

test("without `reconnects`, a client that breaks stays broken, and watches its connection itself", async () => {
  const { client } = await clientOf(settings, "ears", false);
  if (isCluster(client)) throw new Error("this is no cluster");
  expect(client.options.retryStrategy?.(1)).toBeNull();
  expect(client.options.socketTimeout).toBe(250);
});
