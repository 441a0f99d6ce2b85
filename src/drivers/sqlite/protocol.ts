import type { Keep, LeaseRef, LeaseSignal, ListQuery, RecordUpdate, WatchedJob } from "../../contracts/index.ts";
import type { JobGroup, PackedRequest } from "./packing.ts";
import type { StoredError } from "../../core/stored-error.ts";

/** What the thread is started with. */
export interface ThreadOptions {
  readonly path: string;
  readonly namespace: string;
  readonly durability: "full" | "normal";
  /** One 32-bit number that the main thread raises while it is alive. */
  readonly heartbeat: SharedArrayBuffer;
  /** Mailboxes, to the thread and from it. */
  readonly toThread: SharedArrayBuffer;
  readonly fromThread: SharedArrayBuffer;
  /** How long leases are renewed for a main thread that gives no sign of life. */
  readonly blockedLimitMs: number;
}

/** Operations that write; all that arrive in one turn share one transaction. */
export type WriteCall =
  | { readonly op: "enqueue"; readonly groups: readonly JobGroup[] }
  | { readonly op: "exchange"; readonly request: PackedRequest }
  | { readonly op: "save"; readonly updates: readonly RecordUpdate[] }
  | { readonly op: "cancel"; readonly ids: readonly string[]; readonly keep: Keep }
  | { readonly op: "purge"; readonly limit: number }
  | { readonly op: "replay"; readonly ids: readonly string[] }
  | { readonly op: "removeDead"; readonly ids: readonly string[] | undefined; readonly limit: number }
  | { readonly op: "pause" | "resume"; readonly queue: string }
  | { readonly op: "announce"; readonly name: string; readonly about: string; readonly liveMs: number }
  | { readonly op: "leave"; readonly name: string };

export type ReadCall =
  | { readonly op: "load"; readonly ids: readonly string[] }
  | { readonly op: "list"; readonly query: ListQuery }
  | { readonly op: "count"; readonly below: number }
  | { readonly op: "paused" | "present" };

export type Call =
  | WriteCall
  | ReadCall
  | { readonly op: "checkup"; readonly fix: boolean }
  | {
      readonly op: "wait";
      readonly queues: readonly string[];
      readonly tasks: readonly string[];
      readonly maxMs: number;
    };

/** What the main thread says: numbered calls, and notices that have no answer. JSON must carry it whole, both ways. */
export interface ToThread {
  readonly calls: readonly (readonly [number: number, call: Call])[];
  readonly watch?: readonly string[];
  readonly unwatch?: readonly string[];
  readonly abandon?: readonly LeaseRef[];
  /** Waits that need no answer any more. */
  readonly unwait?: readonly number[];
  readonly close?: boolean;
}

export type Answer =
  | readonly [number: number, ok: true, value: unknown]
  | readonly [number: number, ok: false, error: StoredError];

/** What the thread says. */
export interface FromThread {
  readonly opened?: boolean;
  readonly failed?: StoredError;
  readonly answers?: readonly Answer[];
  readonly signals?: readonly LeaseSignal[];
  readonly watched?: readonly WatchedJob[];
  readonly closed?: boolean;
}
