import type { Logger } from "../../contracts/index.ts";
import { revivedError } from "../../core/index.ts";
import { IsolationError, MillraceError } from "../../errors/index.ts";
import type { FromBody } from "./body-messages.ts";
import type { Body } from "./body.ts";

/** The threads or processes that have loaded one module: as many as there were jobs at once. */
export class BodyPool {
  readonly #start: () => Body | Promise<Body>;
  readonly #logger: Logger;
  readonly #module: string;
  readonly #all = new Set<Body>();
  readonly #idle: Body[] = [];

  constructor(module: string, logger: Logger, start: () => Body | Promise<Body>) {
    this.#module = module;
    this.#logger = logger;
    this.#start = start;
  }

  /** One that is free, at once; else a new one, when its module is loaded. `onStart` gets it before that. */
  take(onStart: (body: Body) => void): Body | Promise<Body> {
    for (let body = this.#idle.pop(); body !== undefined; body = this.#idle.pop()) {
      if (body.isOver) continue;
      body.hold(true);
      onStart(body);
      return body;
    }
    return this.#started(onStart);
  }

  giveBack(body: Body): void {
    if (body.isOver) return;
    body.onMessage = () => undefined;
    body.onOver = (why) => {
      this.#logger.warn(`a ${body.noun} ended by itself between two jobs`, { module: this.#module, why });
    };
    body.hold(false);
    this.#idle.push(body);
  }

  /** Ends them all; resolves when they are over. */
  async close(): Promise<void> {
    const all = [...this.#all];
    for (const body of this.#idle) body.onOver = () => undefined;
    for (const body of all) body.kill();
    await Promise.all(all.map(({ over }) => over));
  }

  /** @throws IsolationError when it ends before its module is loaded, or the module cannot be */
  async #started(onStart: (body: Body) => void): Promise<Body> {
    const body = await this.#begun();
    this.#all.add(body);
    void body.over.then(() => this.#all.delete(body));
    onStart(body);
    const first = await Promise.race([
      new Promise<FromBody>((resolve) => {
        body.onMessage = resolve;
      }),
      body.over,
    ]);
    if (typeof first === "string") throw this.#failed(body, first);
    if (first.type === "unready") {
      body.kill();
      await body.over;
      throw this.#failed(body, first.error.message, revivedError(first.error));
    }
    return body;
  }

  async #begun(): Promise<Body> {
    try {
      return await this.#start();
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new IsolationError(`nothing could be started to run ${this.#module}: ${why}`, { cause: error });
    }
  }

  #failed({ noun }: Body, why: string, cause?: Error): IsolationError {
    return new IsolationError(
      `the ${noun} for ${this.#module} could not load it: ${why}`,
      cause === undefined ? {} : { cause },
    );
  }
}
