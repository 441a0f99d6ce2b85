import type { JobContext } from "../../context/index.ts";
import type { Execution } from "../../contracts/index.ts";
import { ProcessExitError } from "../../errors/index.ts";
import type { ResidentPool } from "./resident-pool.ts";
import type { ResidentProgram } from "./resident-program.ts";

/** One job of a resident program. */
export class ResidentRun implements Execution {
  readonly done: Promise<unknown>;
  readonly graceMs: number;
  readonly #pool: ResidentPool;
  #program: ResidentProgram | undefined;
  #wish: "stop" | "kill" | undefined;

  constructor(pool: ResidentPool, job: JobContext, args: readonly unknown[], graceMs: number) {
    this.#pool = pool;
    this.graceMs = graceMs;
    this.done = this.#run(job, args);
  }

  readonly stop = (): void => this.#end("stop");

  readonly kill = (): void => this.#end("kill");

  async #run(job: JobContext, args: readonly unknown[]): Promise<unknown> {
    try {
      return await this.#runOnce(job, args);
    } catch (error) {
      // It left in good order after an earlier job, just as it was given this one.
      const leaving = error instanceof ProcessExitError && error.exitCode === 0 && (this.#program?.served ?? 0) > 0;
      if (!leaving || this.#wish !== undefined) throw error;
      return this.#runOnce(job, args);
    }
  }

  async #runOnce(job: JobContext, args: readonly unknown[]): Promise<unknown> {
    const program = await this.#pool.take();
    this.#program = program;
    if (this.#wish !== undefined) {
      this.#pool.giveBack(program);
      throw new Error("the job was stopped before it had begun");
    }
    try {
      return await program.run(job, args);
    } finally {
      // One that was asked to end is not asked anything else.
      if (this.#wish === undefined) this.#pool.giveBack(program);
      else await program.over;
    }
  }

  #end(how: "stop" | "kill"): void {
    this.#wish = how;
    this.#program?.[how]();
  }
}
