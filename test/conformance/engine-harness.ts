import { DatabaseSync } from "node:sqlite";
import type { ExchangeRequest, Keep, NewJob, Store } from "../../src/contracts/index.ts";
import { Effects } from "../../src/drivers/sqlite/effects.ts";
import { Engine } from "../../src/drivers/sqlite/engine.ts";
import { sqlOf } from "../../src/drivers/sqlite/statements.ts";
import type { Harness } from "../../src/testing/conformance/index.ts";
import { FakeClock } from "../../src/testing/fake-clock.ts";

const NAMESPACE = "one";

/** The part of a store that the model speaks to, straight on the engine: each call one transaction, time held. */
function engineStore(database: DatabaseSync, engine: Engine): Store {
  const write = async <T>(work: (effects: Effects) => T): Promise<T> => {
    database.exec("BEGIN IMMEDIATE");
    const value = work(new Effects());
    database.exec("COMMIT");
    return value;
  };
  const part: Pick<Store, "enqueue" | "exchange" | "load" | "requestCancel"> & { inspection: object } = {
    enqueue: (jobs: readonly NewJob[]) => write((effects) => engine.enqueue(jobs, effects)),
    exchange: (request: ExchangeRequest) => write((effects) => engine.exchange(request, effects)),
    load: async (ids) => engine.load(ids),
    requestCancel: (ids: readonly string[], keep: Keep) => write((effects) => engine.requestCancel(ids, keep, effects)),
    inspection: { replay: (ids: readonly string[]) => write((effects) => engine.replay(ids, effects)) },
  };
  return part as Store;
}

/** The SQLite store's engine on a database in memory and a clock that stands still. */
export const engineHarness: Harness<Store> = {
  offers: [],
  open: async () => {
    const clock = new FakeClock();
    const database = new DatabaseSync(":memory:");
    database.exec(sqlOf("schema", NAMESPACE));
    return {
      driver: engineStore(database, new Engine(database, NAMESPACE, () => clock.now())),
      advance: (ms) => clock.advance(ms),
      close: async () => database.close(),
    };
  },
};
