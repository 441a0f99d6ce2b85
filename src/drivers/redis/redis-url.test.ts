import { expect, test } from "vitest";
import { storeUrl } from "../../app/store-url.ts";
import type { DriverOptions } from "../../contracts/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { systemClock } from "../../internal/system-clock.ts";
import { redisPlan } from "./redis-url.ts";

const silent = (): void => undefined;

function plan(url: string, options?: Record<string, unknown>): ReturnType<typeof redisPlan> {
  const given: DriverOptions = {
    ...storeUrl(url),
    namespace: "n",
    durability: "full",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    clock: systemClock,
    ...(options !== undefined && { options }),
  };
  return redisPlan(given);
}

test.each([
  ["redis://127.0.0.1", { host: "127.0.0.1", port: 6_379 }],
  ["redis://", { host: "127.0.0.1", port: 6_379 }],
  ["redis://[::1]:7000/3", { host: "::1", port: 7_000, db: 3 }],
  ["redis://ada:p%40ss%3A@h", { host: "h", port: 6_379, username: "ada", password: "p@ss:" }],
  ["redis://:secret@h", { host: "h", port: 6_379, password: "secret" }],
  ["rediss://h", { host: "h", port: 6_379, tls: {} }],
  ["valkeys://h", { host: "h", port: 6_379, tls: {} }],
  ["unix:/run/redis.sock", { path: "/run/redis.sock" }],
  ["unix:///run/redis.sock", { path: "/run/redis.sock" }],
])("%s is one server", (url, options) => {
  const { settings } = plan(url);
  expect(settings.kind).toBe("single");
  expect(settings.options).toEqual(options);
});

test("sentinels name a master, nodes of a cluster none", () => {
  const sentinel = plan("redis+sentinel://a,b:7000/mine/2").settings;
  expect(sentinel).toMatchObject({ kind: "sentinel", options: { name: "mine", db: 2 } });
  expect(sentinel.nodes).toEqual([
    { host: "a", port: 26_379 },
    { host: "b", port: 7_000 },
  ]);
  const cluster = plan("rediss+cluster://a,b").settings;
  expect(cluster).toMatchObject({ kind: "cluster", options: { tls: {} } });
  expect(cluster.nodes).toHaveLength(2);
});

test("parameters have defaults, and options go before what the URL says", () => {
  expect(plan("redis://h")).toMatchObject({ partitions: 1, blockedLimitMs: 60_000, replicas: 1 });
  expect(plan("redis://h?partitions=16&blockedLimit=1500ms&replicas=2&answerLimit=100")).toMatchObject({
    partitions: 16,
    blockedLimitMs: 1_500,
    replicas: 2,
    settings: { answerLimitMs: 100 },
  });
  expect(plan("redis://h/1", { db: 2 }).settings.options).toMatchObject({ db: 2 });
});

test("what names the server in messages has no secrets", () => {
  expect(plan("redis://ada:secret@h:1/2").settings.place).toBe("redis://h:1/2");
});

test.each([
  "redis://a,b",
  "redis://h:0",
  "redis://h:65536",
  "redis://h/one",
  "redis://h/1/2",
  "redis://%zz@h",
  "redis+sentinel://h",
  "redis+cluster://h/1",
  "unix:",
  "redis://h?partitions=0",
  "redis://h?partitions=257",
  "redis://h?partitions=x",
  "redis://h?answerLimit=0",
  "redis://h?partition=2",
  "rediss://h?ca=/no/such/file",
])("%s is refused", (url) => {
  expect(() => plan(url)).toThrow(ConfigurationError);
});
