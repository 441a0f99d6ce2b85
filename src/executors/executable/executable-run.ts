import type { JobContext } from "../../context/index.ts";
import { FailSignal } from "../../context/index.ts";
import type { Execution } from "../../contracts/index.ts";
import { ArgumentsError } from "../../errors/index.ts";
import { jobDocument } from "./job-document.ts";
import { MessageChannel } from "./message-channel.ts";
import { programArguments } from "./program-arguments.ts";
import { jobEnvironment } from "./program-environment.ts";
import type { OrderedProgram, ProgramEnd } from "./program-order.ts";
import { exitError, outputValue } from "./program-result.ts";
import type { RunnableFile } from "./runnable-file.ts";

/** One program for one job. */
export class ExecutableRun implements Execution {
  readonly done: Promise<unknown>;
  readonly graceMs: number;
  readonly #file: RunnableFile;
  #program: OrderedProgram | undefined;

  constructor(file: RunnableFile, job: JobContext, args: readonly unknown[]) {
    this.#file = file;
    this.graceMs = file.plan.graceMs;
    this.done = this.#run(job, args);
  }

  readonly stop = (): void => this.#program?.stop();

  readonly kill = (): void => this.#program?.kill();

  async #run(job: JobContext, args: readonly unknown[]): Promise<unknown> {
    const { name, plan } = this.#file;
    const channel = new MessageChannel(name, plan.maxOutputBytes);
    channel.begin(job);
    const { exit, stdout, stderr } = await this.#end(job, args, channel);
    channel.close();
    channel.heed();
    const error = exitError(name, exit, stderr, plan.failOn);
    // Of one that died, a last line that is cut off says less than its end.
    if (error !== undefined) throw error;
    const said = channel.result();
    return said === undefined ? outputValue(name, stdout, plan) : said.value;
  }

  async #end(job: JobContext, args: readonly unknown[], channel: MessageChannel): Promise<ProgramEnd> {
    const { name, plan, setting } = this.#file;
    try {
      const call =
        plan.input === "argv" ? { args: programArguments(name, args) } : { args: [], input: jobDocument(job, args) };
      this.#program = setting.launcher.launch(this.#file, { ...call, env: jobEnvironment(job) }, (chunk) =>
        channel.write(chunk),
      );
      return await this.#program.over;
    } catch (error) {
      // Another attempt would have the same arguments.
      throw error instanceof ArgumentsError ? new FailSignal(error) : error;
    }
  }
}
