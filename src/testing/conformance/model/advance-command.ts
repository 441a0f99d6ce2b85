import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";

/** Lets time pass. */
export class AdvanceCommand implements ModelCommand {
  readonly #ms: number;

  constructor(ms: number) {
    this.#ms = ms;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened }: Run): Promise<void> {
    await opened.advance(this.#ms);
    model.now += this.#ms;
  }

  toString(): string {
    return `advance(${this.#ms})`;
  }
}
