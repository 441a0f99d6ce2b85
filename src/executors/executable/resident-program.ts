import type { JobContext } from "../../context/index.ts";
import { ProcessExitError } from "../../errors/index.ts";
import { residentJobDocument } from "./job-document.ts";
import { MessageChannel } from "./message-channel.ts";
import type { ProgramEnd } from "./program-order.ts";
import { exitError } from "./program-result.ts";
import { Program } from "./program.ts";
import type { RunnableFile } from "./runnable-file.ts";

/** A program that stays, and does one job after another. */
export class ResidentProgram {
  /** Of the file that it was started from. */
  readonly identity: string;
  readonly #name: string;
  readonly #program: Program;
  readonly #channel: MessageChannel;
  #served = 0;
  /** Told of the end. Set anew for each job: listeners of the program's own promise would gather. */
  #onEnd: (end: Promise<ProgramEnd>) => void = () => undefined;

  private constructor(name: string, identity: string, program: Program, channel: MessageChannel) {
    this.#name = name;
    this.identity = identity;
    this.#program = program;
    this.#channel = channel;
    void this.over.then(() => this.#onEnd(program.over));
  }

  /** @throws ExecutableError, CapabilityError when it cannot be started */
  static async start(runnable: RunnableFile): Promise<ResidentProgram> {
    const { name, plan, setting, env } = runnable;
    const file = runnable.open();
    const { identity } = file;
    const channel = new MessageChannel(name, plan.maxOutputBytes);
    const program = await Program.start(
      { task: name, file, plan, args: [], env: { ...env, MILLRACE_TASK: name }, channel, speaks: true },
      setting,
    );
    return new ResidentProgram(name, identity, program, channel);
  }

  /** Whether it can take another job. */
  get isFit(): boolean {
    return !this.#program.hasEnded;
  }

  /** Jobs that it has answered. */
  get served(): number {
    return this.#served;
  }

  /** Resolves when it is over, however it ended. */
  get over(): Promise<unknown> {
    return this.#program.over.catch(() => undefined);
  }

  /** Lets it do one job. @throws what it asked for, or what became of it instead */
  async run(job: JobContext, args: readonly unknown[]): Promise<unknown> {
    const program = this.#program;
    program.freshOutput();
    program.ref();
    const end = await new Promise<ProgramEnd | undefined>((resolve) => {
      this.#onEnd = resolve;
      this.#channel.begin(job, () => resolve(undefined));
      if (program.hasEnded) resolve(program.over);
      else program.stdin?.write(residentJobDocument(job, args));
    });
    try {
      this.#channel.heed();
    } catch (asked) {
      // That is an answer, too.
      this.#served += 1;
      program.unref();
      throw asked;
    }
    if (end !== undefined && !this.#channel.isOver) {
      const { exit, stderr } = end;
      throw (
        exitError(this.#name, exit, stderr, "exit") ??
        new ProcessExitError(`"${this.#name}" exited with code 0 before it had answered`, {
          details: { task: this.#name, ...exit, stderr: stderr.text() },
        })
      );
    }
    try {
      const result = this.#channel.result();
      this.#served += 1;
      return result?.value;
    } catch (error) {
      // What one that is out of step says next would be taken for the next job's.
      program.kill();
      await this.over;
      throw error;
    } finally {
      program.unref();
    }
  }

  /** Tells it, by the end of its input and by SIGTERM, that there is nothing more to do. */
  dismiss(): void {
    this.#program.stdin?.end();
    this.#program.stop();
  }

  stop(): void {
    this.#program.stop();
  }

  kill(): void {
    this.#program.kill();
  }
}
