import type { BaseKind } from "../bases/base.ts";
import type { System } from "./system.ts";

/** What a workload may need and a system lack. */
export type Ability = "later" | "call";

export interface SystemEntry {
  readonly name: string;
  /** `limit`: a bare loop, which shows what the base can do when nothing else is done. */
  readonly kind: "millrace" | "peer" | "limit";
  readonly base: BaseKind;
  readonly lacks: readonly Ability[];
  /** How many jobs it runs at a time, where it offers no choice. */
  readonly onlyConcurrency?: number;
  /** Loads it; peers are loaded when they are measured, and not before. */
  readonly load: (url: string) => Promise<System>;
}

/** Every system under measurement, in the order of reports. */
export const SYSTEMS: readonly SystemEntry[] = [
  {
    name: "millrace-redis",
    kind: "millrace",
    base: "redis",
    lacks: [],
    load: async (url) => new (await import("./millrace.ts")).MillraceSystem(url),
  },
  {
    name: "bullmq-redis",
    kind: "peer",
    base: "redis",
    lacks: [],
    load: async (url) => (await import("./bullmq.ts")).bullmqOnRedis(url),
  },
  {
    name: "bee-queue",
    kind: "peer",
    base: "redis",
    lacks: [],
    load: async (url) => new (await import("./bee-queue.ts")).BeeQueueSystem(url),
  },
  {
    name: "raw-redis",
    kind: "limit",
    base: "redis",
    lacks: [],
    onlyConcurrency: 100,
    load: async (url) => new (await import("./raw-redis/index.ts")).RawRedis(url, 1),
  },
  {
    name: "raw-redis-pipelined",
    kind: "limit",
    base: "redis",
    lacks: [],
    onlyConcurrency: 100,
    load: async (url) => new (await import("./raw-redis/index.ts")).RawRedis(url, 4),
  },
  {
    name: "millrace-sqlite",
    kind: "millrace",
    base: "file",
    lacks: [],
    load: async (file) => new (await import("./millrace.ts")).MillraceSystem(`sqlite:${file}`),
  },
  {
    name: "raw-sqlite",
    kind: "limit",
    base: "file",
    lacks: ["later", "call"],
    onlyConcurrency: 100,
    load: async (file) => new (await import("./raw-sqlite.ts")).RawSqlite(file),
  },
  {
    name: "millrace-sqlite-normal",
    kind: "millrace",
    base: "file",
    lacks: [],
    load: async (file) => new (await import("./millrace.ts")).MillraceSystem(`sqlite:${file}`, "normal"),
  },
  {
    name: "plainjob",
    kind: "peer",
    base: "file",
    lacks: ["call"],
    onlyConcurrency: 1,
    load: async (file) => new (await import("./plainjob.ts")).Plainjob(file),
  },
  {
    name: "bullmq-postgres",
    kind: "peer",
    base: "postgres",
    lacks: [],
    load: async (url) => (await import("./bullmq.ts")).bullmqOnPostgres(url),
  },
  {
    name: "graphile-worker",
    kind: "peer",
    base: "postgres",
    lacks: ["call"],
    load: async (url) => new (await import("./graphile-worker.ts")).GraphileWorker(url),
  },
  {
    name: "graphile-worker-batched",
    kind: "peer",
    base: "postgres",
    lacks: ["call"],
    load: async (url) => new (await import("./graphile-worker.ts")).GraphileWorker(url, "batched"),
  },
  {
    name: "pg-boss",
    kind: "peer",
    base: "postgres",
    lacks: ["call"],
    load: async (url) => new (await import("./pg-boss.ts")).PgBossSystem(url),
  },
];

export function systemNamed(name: string): SystemEntry {
  const entry = SYSTEMS.find((entry) => entry.name === name);
  if (entry === undefined) throw new Error(`there is no system "${name}"`);
  return entry;
}
