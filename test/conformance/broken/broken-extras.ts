import type { Presence, QueueControl } from "../../../src/contracts/index.ts";
import { type BrokenStore, exchanging } from "./broken-store.ts";

/** Stores that do wrongly what they need not do at all. */
export const BROKEN_EXTRAS: readonly BrokenStore[] = [
  {
    what: "does not hold what it says it holds",
    caughtBy: "queue control: nothing is reserved from a paused queue, and everything after it is resumed",
    change: () => {
      const paused = new Set<string>();
      return {
        queueControl: {
          pause: async (queue) => void paused.add(queue),
          resume: async (queue) => void paused.delete(queue),
          paused: async () => [...paused],
        },
      };
    },
  },
  {
    what: "holds every queue when one is paused",
    caughtBy: "queue control: other queues go on",
    change: (store) => {
      const control = controlOf(store.queueControl);
      return {
        ...exchanging(store, {
          request: async ({ reserve, ...request }) =>
            reserve === undefined || (await control.paused()).length > 0 ? request : { ...request, reserve },
        }),
      };
    },
  },
  {
    what: "ends a wait at once for jobs of a paused queue",
    caughtBy: "queue control: who waits for a paused queue sleeps until it is resumed",
    change: (store) => ({
      wait: async (request) => {
        if ((await controlOf(store.queueControl).paused()).length === 0) await store.wait(request);
      },
    }),
  },
  {
    what: "leaves those asleep who wait for a queue that is resumed",
    caughtBy: "queue control: who waits for a paused queue sleeps until it is resumed",
    change: (store) => {
      const control = controlOf(store.queueControl);
      const resumed = Promise.withResolvers<void>();
      return {
        queueControl: { ...control, resume: (queue) => control.resume(queue) },
        wait: async ({ signal: _, ...request }) => {
          const never = new AbortController();
          if ((await control.paused()).length > 0) await resumed.promise;
          await store.wait({ ...request, signal: never.signal });
        },
      };
    },
  },
  {
    what: "keeps those for ever who announced themselves",
    caughtBy: "presence: who says nothing more is gone after `liveMs`, and no earlier",
    change: (store) => {
      const presence = presenceOf(store.presence);
      return {
        presence: { ...presence, announce: (name, about) => presence.announce(name, about, Number.MAX_SAFE_INTEGER) },
      };
    },
  },
  {
    what: "keeps what was announced first",
    caughtBy: "presence: who announced themselves is present, with what they said last",
    change: (store) => {
      const presence = presenceOf(store.presence);
      const known = new Set<string>();
      return {
        presence: {
          ...presence,
          announce: async (name, about, liveMs) => {
            if (!known.has(name)) await presence.announce(name, about, liveMs);
            known.add(name);
          },
        },
      };
    },
  },
  {
    what: "does not let go of those who leave",
    caughtBy: "presence: who leaves is gone at once; leaving can be repeated",
    change: (store) => ({ presence: { ...presenceOf(store.presence), leave: async () => undefined } }),
  },
];

function controlOf(control: QueueControl | undefined): QueueControl {
  if (control === undefined) throw new Error("the memory store has no queue control");
  return control;
}

function presenceOf(presence: Presence | undefined): Presence {
  if (presence === undefined) throw new Error("the memory store has no presence");
  return presence;
}
