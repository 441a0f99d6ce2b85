import assert from "node:assert/strict";
import { test } from "vitest";
import type { Presence } from "../contracts/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Announcer } from "./announcer.ts";

const silent = (): void => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const about = { queues: {}, tasks: [], running: 0, version: "1", host: "h", pid: 1, startedAt: 0 };

/** A presence that keeps what it was told, in order. */
function told(fail = false): { said: [name: string, liveMs?: number][]; presence: Presence } {
  const said: [string, number?][] = [];
  return {
    said,
    presence: {
      announce: async (name, _about, liveMs) => {
        said.push([name, liveMs]);
        if (fail) throw new Error("away");
      },
      leave: async (name) => void said.push([`-${name}`]),
      present: async () => [],
    },
  };
}

function announcer(presence: Presence, clock: FakeClock, shared = true): Announcer {
  return new Announcer(presence, { capabilities: { durable: shared, shared } }, clock, logger, "w", () => about);
}

test("a worker says that it is alive often enough to be unheard twice, and takes it back at its end", async () => {
  const clock = new FakeClock();
  const { said, presence } = told();
  const one = announcer(presence, clock);
  one.announce();
  await clock.advance(30_000);
  assert.equal(said.length, 4);
  assert.ok(said.every(([, liveMs = 0]) => liveMs > 30_000));
  await one.leave();
  await clock.advance(60_000);
  assert.deepEqual(said.slice(4), [["-w"]]);
});

test("a store that fails is told again, and is no error", async () => {
  const clock = new FakeClock();
  const { said, presence } = told(true);
  announcer(presence, clock).announce();
  await clock.advance(20_000);
  assert.equal(said.length, 3);
});

test("in a store of this process alone it is said once, for as long as the process lives", async () => {
  const clock = new FakeClock();
  const { said, presence } = told();
  announcer(presence, clock, false).announce();
  await clock.advance(365 * 86_400_000);
  assert.equal(said.length, 1);
});

test("a store that does not answer does not hold up the end", async () => {
  const clock = new FakeClock();
  const { presence } = told();
  const stuck = announcer({ ...presence, leave: () => new Promise(() => undefined) }, clock);
  const left = stuck.leave();
  await clock.advance(1_000);
  assert.equal(await left, undefined);
});
