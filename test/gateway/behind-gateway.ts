import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import type { Store } from "../../src/contracts/index.ts";
import { http } from "../../src/drivers/http/index.ts";
import { type AnyTask, Millrace, type MillraceOptions, type Worker, type WorkerOptions } from "../../src/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import { type Place, SILENT, type Setting } from "../features/settings.ts";

/** The apps that have the store itself: one runs jobs, the other is the gateway and knows no task. */
interface Behind {
  readonly runs: Millrace;
  readonly serves: Millrace;
}

const places = new Map<Place, Behind>();

/** A store in memory of which the app under test sees nothing but its gateway. */
export const GATEWAY: Setting = {
  name: "store behind a gateway",
  durable: false,
  place: () => ({ store: `memory:${randomUUID()}` }),
};

/** An app over a gateway. What runs jobs, or wraps around running them, is the app that has the store. */
export function open(_setting: Setting, options: MillraceOptions = {}, place: Place = GATEWAY.place()): Millrace {
  const behind = behindOf(place, options);
  const app = new Millrace({ logger: SILENT, ...options, store: throughGateway(behind.serves, options) });
  onTestFinished(() => app.close());
  return Object.defineProperties(app, {
    worker: {
      value: (given: WorkerOptions): Worker => {
        // Never started: it lets this app know the tasks, and refuse what any app would.
        Millrace.prototype.worker.call(app, given);
        return behind.runs.worker(given);
      },
    },
    use: {
      value: ({ send, run }: Parameters<Millrace["use"]>[0]): Millrace => {
        if (run !== undefined) behind.runs.use({ run });
        return send === undefined ? app : Millrace.prototype.use.call(app, { send });
      },
    },
  });
}

export async function work(
  app: Millrace,
  tasks: readonly AnyTask[],
  options: Omit<WorkerOptions, "tasks"> = {},
): Promise<Worker> {
  return app.worker({ tasks, lease: "600ms", ...options }).start();
}

function behindOf(place: Place, options: MillraceOptions): Behind {
  const known = places.get(place);
  if (known !== undefined) return known;
  const { tasks: _, ...others } = options;
  const made = { runs: own({ ...others, ...place }), serves: own({ ...others, ...place }) };
  places.set(place, made);
  return made;
}

function own(options: MillraceOptions): Millrace {
  const app = new Millrace({ logger: SILENT, ...options });
  onTestFinished(() => app.close());
  return app;
}

/** Opens the gateway when the store is opened, and no sooner, as its address is not known before. */
function throughGateway(serves: Millrace, { namespace = "millrace" }: MillraceOptions): Store {
  let store: Store | undefined;
  const opened = (): Store => {
    if (store === undefined) throw new Error("the store is not open");
    return store;
  };
  const open = async (): Promise<void> => {
    const { url } = await serves.gateway({ address: "127.0.0.1:0" });
    store = http.store!({
      location: url.slice("http:".length),
      parameters: {},
      namespace,
      durability: "full",
      logger: SILENT,
      clock: systemClock,
    });
    await store.open();
  };
  return new Proxy({} as Store, {
    get: (_target, name) => {
      if (name === "open") return open;
      if (name === "close") return () => store?.close();
      if (name === "then") return undefined;
      if (name === "backendCapabilities") return { durable: true, shared: true, volatile: false };
      const value: unknown = Reflect.get(opened(), name, opened());
      return typeof value === "function" ? (value.bind(opened()) as unknown) : value;
    },
    has: (_target, name) => name !== "scheme" && name !== "url",
  });
}
