import { context } from "../../context/index.ts";
import type { Execution, Executor, Invocation } from "../../contracts/index.ts";
import type { BodyPool } from "./body-pool.ts";
import { IsolatedRun } from "./isolated-run.ts";

/** Runs a function in a thread or process of its own, where it can be ended. */
export class IsolatedExecutor implements Executor {
  readonly #pool: BodyPool;

  constructor(pool: BodyPool) {
    this.#pool = pool;
  }

  run({ args }: Invocation): Execution {
    return new IsolatedRun(this.#pool, context(), args);
  }
}
