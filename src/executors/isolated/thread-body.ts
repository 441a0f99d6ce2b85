import { Worker } from "node:worker_threads";
import { entryBeside } from "../../internal/entry-beside.ts";
import type { BodySetting, FromBody, ToBody } from "./body-messages.ts";
import type { Body } from "./body.ts";

/** A thread that runs functions. */
export class ThreadBody implements Body {
  readonly noun = "thread";
  readonly over: Promise<string>;
  onMessage: (message: FromBody) => void = () => undefined;
  onOver: (why: string) => void = () => undefined;
  isOver = false;
  readonly #thread: Worker;

  constructor(setting: BodySetting, maxMemoryMb: number | undefined) {
    const thread = new Worker(entryBeside(import.meta.url, "thread"), {
      workerData: setting,
      name: "millrace-task",
      ...(maxMemoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb } }),
    });
    this.#thread = thread;
    thread.on("message", (message: FromBody) => this.onMessage(message));
    this.over = new Promise((resolve) => {
      let why: string | undefined;
      thread.on("error", (error: unknown) => {
        why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      });
      thread.once("exit", (code) => {
        const reason = why ?? `it exited with code ${code}`;
        this.isOver = true;
        this.onOver(reason);
        resolve(reason);
      });
    });
  }

  post(job: ToBody): void {
    this.#thread.postMessage(job);
  }

  kill(): void {
    void this.#thread.terminate();
  }

  hold(held: boolean): void {
    if (held) this.#thread.ref();
    else this.#thread.unref();
  }
}
