import type { JobContext } from "../../context/index.ts";
import { FailSignal } from "../../context/index.ts";
import type { Execution } from "../../contracts/index.ts";
import { ArgumentsError } from "../../errors/index.ts";
import { jobDocument } from "./job-document.ts";
import { MessageChannel } from "./message-channel.ts";
import { programArguments } from "./program-arguments.ts";
import { jobEnvironment } from "./program-environment.ts";
import { Program } from "./program.ts";
import { exitError, outputValue } from "./program-result.ts";
import type { RunnableFile } from "./runnable-file.ts";

/** One program for one job. */
export class ExecutableRun implements Execution {
  readonly done: Promise<unknown>;
  readonly graceMs: number;
  readonly #file: RunnableFile;
  #program: Program | undefined;
  /** What was asked for before there was a program to do it to. */
  #wish: "stop" | "kill" | undefined;

  constructor(file: RunnableFile, job: JobContext, args: readonly unknown[]) {
    this.#file = file;
    this.graceMs = file.plan.graceMs;
    this.done = this.#run(job, args);
  }

  readonly stop = (): void => this.#end("stop");

  readonly kill = (): void => this.#end("kill");

  async #run(job: JobContext, args: readonly unknown[]): Promise<unknown> {
    const { name, plan, setting, env } = this.#file;
    const inArgv = plan.input === "argv";
    const channel = new MessageChannel(name, plan.maxOutputBytes);
    channel.begin(job);
    const program = await asArguments(async () =>
      Program.start(
        {
          task: name,
          args: inArgv ? programArguments(name, args) : [],
          file: this.#file.open(),
          plan,
          env: { ...env, ...jobEnvironment(job) },
          channel,
          speaks: !inArgv,
        },
        setting,
      ),
    );
    this.#program = program;
    if (this.#wish !== undefined) program[this.#wish]();
    program.stdin?.end(inArgv ? "" : jobDocument(job, args));
    const exit = await asArguments(() => program.over);
    channel.heed();
    const error = exitError(name, exit, program.stderr, plan.failOn);
    // Of one that died, a last line that is cut off says less than its end.
    if (error !== undefined) throw error;
    const said = channel.result();
    return said === undefined ? outputValue(name, program.stdout, plan) : said.value;
  }

  #end(how: "stop" | "kill"): void {
    this.#wish = how;
    this.#program?.[how]();
  }
}

/** Another attempt would have the same arguments. */
async function asArguments<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw error instanceof ArgumentsError ? new FailSignal(error) : error;
  }
}
