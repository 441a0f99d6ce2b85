import { context } from "../../context/index.ts";
import type { Execution, Executor, Invocation } from "../../contracts/index.ts";
import { ExecutableRun } from "./executable-run.ts";
import { ResidentPool } from "./resident-pool.ts";
import { ResidentRun } from "./resident-run.ts";
import type { RunnableFile } from "./runnable-file.ts";

/** Runs an executable file: a process for each job, or, where it is resident, one process for many. */
export class ExecutableExecutor implements Executor {
  readonly #file: RunnableFile;
  readonly #pool: ResidentPool | undefined;

  constructor(file: RunnableFile) {
    this.#file = file;
    this.#pool = file.plan.resident ? new ResidentPool(file) : undefined;
  }

  run({ args }: Invocation): Execution {
    const job = context();
    if (this.#pool === undefined) return new ExecutableRun(this.#file, job, args);
    return new ResidentRun(this.#pool, job, args, this.#file.plan.graceMs);
  }

  /** Ends resident programs. */
  async close(): Promise<void> {
    await this.#pool?.close();
  }
}
