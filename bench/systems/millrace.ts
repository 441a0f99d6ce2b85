import { readFileSync } from "node:fs";
import type { Millrace, Task } from "../../src/index.ts";
import { millrace } from "../measuring/built.ts";
import type { DelayedJob, Duty, Producer, Stop, System } from "./system.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Millrace with default options: leases kept, outcomes fenced, results stored. */
export class MillraceSystem implements System {
  readonly about: string;
  readonly #store: string;
  readonly #durability: "full" | "normal";

  constructor(store: string, durability: "full" | "normal" = "full") {
    this.#store = store;
    this.#durability = durability;
    this.about = `Millrace ${version}, durability "${durability}", else defaults: at least once, fenced, results stored`;
  }

  async produce(): Promise<Producer> {
    const app = this.#app();
    const client = app.client();
    // Opens the store.
    await client.get("none");
    const noop = noopTask(() => undefined);
    return {
      send: (payload) => client.send(noop, payload),
      sendMany: (payloads) =>
        client.sendMany(
          noop,
          payloads.map((payload): [string] => [payload]),
        ),
      sendLater: (jobs: readonly DelayedJob[]) =>
        Promise.all(jobs.map(({ payload, at }) => client.with({ runAt: at }).send(noop, payload))),
      call: async (payload) => (await client.send(noop, payload)).result({ timeout: "30s" }),
      close: () => app.close(),
    };
  }

  async work({ concurrency, started, done }: Duty): Promise<Stop> {
    const app = this.#app();
    const worker = app.worker({ tasks: [noopTask(started)], queues: { default: concurrency } });
    worker.on("succeeded", done);
    await worker.start();
    return () => app.close();
  }

  #app(): Millrace {
    return new millrace.Millrace({ store: this.#store, durability: this.#durability });
  }
}

function noopTask(started: (payload: string) => void): Task<[string], number> {
  return millrace.task("noop", async (payload: string) => {
    started(payload);
    return 1;
  });
}
