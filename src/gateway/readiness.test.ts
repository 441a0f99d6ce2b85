import assert from "node:assert/strict";
import { test } from "vitest";
import type { Store } from "../contracts/index.ts";
import { StoreFullError, StoreUnavailableError } from "../errors/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ReadinessProbe } from "./readiness.ts";

const silent = (): void => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/** A store of which one part fails as long as it is told to. */
class Faulty {
  failing: "write" | "reserve" | "open" | undefined;
  readonly said: string[] = [];
  readonly store = {
    exchange: async () => this.#unless("reserve", new StoreUnavailableError("locked")),
    presence: {
      announce: async (name: string) => {
        this.#unless("write", new StoreFullError("full"));
        this.said.push(name);
      },
      leave: async (name: string) => void this.said.push(`-${name}`),
    },
  } as unknown as Store;

  open = async (): Promise<Store> => {
    this.#unless("open", new StoreUnavailableError("gone"));
    return this.store;
  };

  #unless(part: string, error: Error): void {
    if (this.failing === part) throw error;
  }
}

function probe(): { faulty: Faulty; clock: FakeClock; probe: ReadinessProbe } {
  const faulty = new Faulty();
  const clock = new FakeClock();
  return { faulty, clock, probe: new ReadinessProbe(faulty.open, clock, logger, "g", "1") };
}

test.each(["write", "reserve", "open"] as const)(
  "it is red when %s has not worked for some seconds, and green again",
  async (part) => {
    const { faulty, clock, probe: looking } = probe();
    await looking.start();
    faulty.failing = part;
    await clock.advance(5_000);
    assert.equal(looking.readiness.ready, true);
    await clock.advance(6_000);
    assert.equal(looking.readiness.ready, false);
    const { sinceWriteMs, sinceReserveMs } = looking.readiness;
    if (part !== "reserve") assert.ok(sinceWriteMs >= 8_000, `${sinceWriteMs}`);
    if (part !== "write") assert.ok(sinceReserveMs >= 8_000, `${sinceReserveMs}`);
    faulty.failing = undefined;
    await clock.advance(1_000);
    assert.equal(looking.readiness.ready, true);
  },
);

test("it announces itself, and takes that back when it closes", async () => {
  const { faulty, probe: looking } = probe();
  await looking.start();
  await looking.close();
  assert.deepEqual(faulty.said, ["g", "-g"]);
});
