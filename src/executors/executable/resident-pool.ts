import { ResidentProgram } from "./resident-program.ts";
import type { RunnableFile } from "./runnable-file.ts";

/** The resident programs of one file: as many as there were jobs at once. */
export class ResidentPool {
  readonly #file: RunnableFile;
  readonly #all = new Set<ResidentProgram>();
  #idle: ResidentProgram[] = [];

  constructor(file: RunnableFile) {
    this.#file = file;
  }

  /**
   * One that is free, else a new one. Those whose file was replaced do not come back.
   *
   * @throws ExecutableError, CapabilityError when one cannot be started
   */
  async take(): Promise<ResidentProgram> {
    const free = this.#free(this.#file.identity);
    if (free !== undefined) return free;
    const program = await ResidentProgram.start(this.#file);
    this.#all.add(program);
    void program.over.then(() => this.#all.delete(program));
    return program;
  }

  giveBack(program: ResidentProgram): void {
    if (program.isFit) this.#idle.push(program);
  }

  /** Ends them all; resolves when they are over. */
  async close(): Promise<void> {
    const all = [...this.#all];
    for (const program of all) program.dismiss();
    await Promise.all(all.map(({ over }) => over));
  }

  #free(identity: string | undefined): ResidentProgram | undefined {
    const idle = this.#idle.filter(({ isFit }) => isFit);
    this.#idle = idle.filter((program) => program.identity === identity);
    for (const program of idle) if (program.identity !== identity) program.dismiss();
    return this.#idle.pop();
  }
}
