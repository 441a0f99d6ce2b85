import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { anyRedis } from "../servers/index.ts";
import {
  type AnyTask,
  type Logger,
  Millrace,
  type MillraceOptions,
  type Worker,
  type WorkerEvents,
  type WorkerOptions,
} from "../../src/index.ts";

// Each SQLite store starts a thread, which compiles the driver's modules: with a cache it does so once.
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "millrace-compile-cache");

/** Where jobs are, as an app's options say it. */
export type Place = Pick<MillraceOptions, "store" | "broker" | "backend" | "namespace">;

/** One way to set Millrace up; every feature must work in each. */
export interface Setting {
  readonly name: string;
  /** Jobs survive the app that sent them. */
  readonly durable: boolean;
  /** A place of its own; two apps there share it, and it goes with the test. */
  readonly place: () => Place;
}

const redis = await anyRedis();

export const SETTINGS: readonly Setting[] = [
  { name: "store sqlite", durable: true, place: () => ({ store: `sqlite:${file()}` }) },
  { name: "store memory", durable: false, place: () => ({ store: `memory:${randomUUID()}` }) },
  {
    name: "pair memory and sqlite",
    durable: false,
    place: () => ({ broker: `memory:${randomUUID()}`, backend: `sqlite:${file()}` }),
  },
  ...(redis === undefined
    ? []
    : [
        {
          name: "store redis",
          durable: true,
          place: () => ({ store: redis.url, namespace: `features-${randomUUID().slice(0, 8)}` }),
        },
      ]),
];

const silent = (): void => {};
export const SILENT: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** An app that is closed with the test; without a place, at one of its own. */
export function open(setting: Setting, options: MillraceOptions = {}, place: Place = setting.place()): Millrace {
  const app = new Millrace({ logger: SILENT, ...place, ...options });
  onTestFinished(() => app.close());
  return app;
}

/** A started worker of these tasks. Its short lease lets a pair hear of cancellation soon. */
export async function work(
  app: Millrace,
  tasks: readonly AnyTask[],
  options: Omit<WorkerOptions, "tasks"> = {},
): Promise<Worker> {
  return app.worker({ tasks, lease: "600ms", ...options }).start();
}

/** The first event of this name from now on. */
export function next<K extends keyof WorkerEvents>(worker: Worker, name: K): Promise<WorkerEvents[K]> {
  return new Promise((resolve) => {
    const off = worker.on(name, (event) => {
      off();
      resolve(event);
    });
  });
}

/** The reason of a promise that must be rejected. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was resolved");
}

/** Resolves, at the latest with the signal's end, after `ms`. */
export function nap(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

/** Waits until `check` gives something that is true, looking every few milliseconds. */
export async function until<T>(check: () => T | Promise<T>, limitMs = 5_000): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > end) throw new Error("it did not come true in time");
    await nap(5);
  }
}

/** A promise that the test resolves by hand. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-features-"));
  // Finishers run last to first, so the app that is opened after this is closed before.
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "jobs.db");
}
