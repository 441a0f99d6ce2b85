import { Pool, type PoolOptions } from "../../src/pool/index.ts";
import { FakeClock } from "../../src/testing/index.ts";

/** A pool on a clock that stands still, with functions that return when the test says so. */
export class Workshop {
  readonly clock = new FakeClock();
  readonly pool: Pool;
  /** Names of functions, in the order in which they began. */
  readonly begun: string[] = [];
  readonly #ends = new Map<string, PromiseWithResolvers<string>>();

  constructor(options: PoolOptions = {}) {
    this.pool = new Pool(options, { clock: this.clock });
  }

  /** A function that runs until it is told to finish; its value is its name. */
  held(name: string): () => Promise<string> {
    return () => {
      this.begun.push(name);
      const end = Promise.withResolvers<string>();
      this.#ends.set(name, end);
      return end.promise;
    };
  }

  /** A function that returns its name at once. */
  quick(name: string): () => string {
    return () => {
      this.begun.push(name);
      return name;
    };
  }

  async finish(name: string): Promise<void> {
    this.#end(name).resolve(name);
    await this.turn();
  }

  async throw(name: string, error: unknown): Promise<void> {
    this.#end(name).reject(error);
    await this.turn();
  }

  /** Lets everything happen that needs no time. */
  async turn(): Promise<void> {
    await this.clock.advance(0);
  }

  #end(name: string): PromiseWithResolvers<string> {
    const end = this.#ends.get(name);
    if (end === undefined) throw new Error(`"${name}" has not begun`);
    this.#ends.delete(name);
    return end;
  }
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the promise was not rejected");
}
