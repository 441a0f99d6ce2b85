import type { Execution, Executor, Invocation } from "../contracts/index.ts";

/** Runs a plain function in this process. It can be asked to stop, by its signal, but not made to. */
export class FunctionExecutor implements Executor {
  readonly #run: (...args: never[]) => unknown;

  constructor(run: (...args: never[]) => unknown) {
    this.#run = run;
  }

  run({ args }: Invocation): Execution {
    return { done: this.#call(args) };
  }

  /** Async, so that a synchronous throw rejects like any other failure. */
  async #call(args: readonly unknown[]): Promise<unknown> {
    return this.#run(...(args as never[]));
  }
}
