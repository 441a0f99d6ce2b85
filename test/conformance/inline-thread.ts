import { EventEmitter } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** What a thread's entry finds in `node:worker_threads` while it is evaluated. */
interface ThreadSide {
  readonly parentPort: MessagePort;
  readonly workerData: unknown;
}

let side: ThreadSide | undefined;
let started = 0;
let starting: Promise<unknown> = Promise.resolve();

/**
 * Stands for `Worker`: evaluates the entry in this very thread, over a real message channel, so that a suite which opens
 * hundreds of stores does not pay for hundreds of threads.
 */
class InlineThread extends EventEmitter {
  readonly #port: MessagePort;

  constructor(entry: URL, options: { readonly workerData?: unknown } = {}) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on("message", (message: unknown) => this.emit("message", message));
    port1.once("close", () => this.emit("exit", 0));
    started += 1;
    const number = started;
    // One after another, since an entry reads its side when it is evaluated.
    starting = starting.then(async () => {
      side = { parentPort: port2, workerData: options.workerData };
      await import(/* @vite-ignore */ `${entry.pathname}?inline=${number}`);
    });
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  ref(): void {
    this.#port.ref();
  }

  unref(): void {
    this.#port.unref();
  }

  terminate(): Promise<number> {
    this.#port.close();
    return Promise.resolve(0);
  }
}

/** What stands for `node:worker_threads` in a suite whose stores are to have no threads of their own. */
export function withInlineThreads(original: object): object {
  return {
    ...original,
    Worker: InlineThread,
    get parentPort() {
      return side?.parentPort;
    },
    get workerData() {
      return side?.workerData;
    },
  };
}
