import { type JobContext, FailSignal, RetrySignal } from "../../context/index.ts";
import { OutputTooLargeError, ProtocolError } from "../../errors/index.ts";
import { LineSplitter } from "./line-splitter.ts";
import { type ProgramEnd, type ProgramMessage, programMessage } from "./program-message.ts";

/** What a program says of one job, on the channel beside its output. */
export class MessageChannel {
  readonly #task: string;
  readonly #lines: LineSplitter;
  #onOver: (() => void) | undefined;
  #job: JobContext | undefined;
  #end: ProgramEnd | undefined;
  #problem: Error | undefined;

  constructor(task: string, capBytes: number) {
    this.#task = task;
    this.#lines = new LineSplitter(
      capBytes,
      (line) => this.#read(line),
      () => {
        const error = `program "${task}" wrote a message of more than ${capBytes} bytes (maxOutputBytes)`;
        this.#break(new OutputTooLargeError(error, { details: { task, maxOutputBytes: capBytes } }));
      },
    );
  }

  /** From now on, what it says is about this job. `onOver` is called when nothing more is to come of it. */
  begin(job: JobContext, onOver?: () => void): void {
    this.#job = job;
    this.#onOver = onOver;
    this.#end = undefined;
    this.#problem = undefined;
  }

  write(chunk: Buffer): void {
    this.#lines.write(chunk);
  }

  close(): void {
    this.#lines.end();
  }

  /** Whether nothing more is to come of this job: it ended it, or said something that cannot be understood. */
  get isOver(): boolean {
    return this.#end !== undefined || this.#problem !== undefined;
  }

  /** @throws what the program asked for in the place of a result: another attempt, or none */
  heed(): void {
    const end = this.#end;
    if (end?.type === "fail") throw new FailSignal(end.error);
    if (end?.type === "retry") throw new RetrySignal(end.error, end.afterMs);
  }

  /**
   * The result that it gave, if it gave one.
   *
   * @throws FailSignal when a line was no message
   */
  result(): { readonly value: unknown } | undefined {
    if (this.#problem !== undefined) throw new FailSignal(this.#problem);
    return this.#end?.type === "result" ? { value: this.#end.value } : undefined;
  }

  #read(line: Buffer): void {
    if (line.length === 0 || this.#job === undefined) return;
    try {
      this.#apply(programMessage(this.#task, line), this.#job);
    } catch (error) {
      this.#break(error instanceof Error ? error : new ProtocolError(String(error)));
    }
  }

  #apply(message: ProgramMessage, job: JobContext): void {
    if (message.type === "progress") job.progress(message.value);
    else if (message.type === "log") job.log(message.message);
    else {
      this.#end = message;
      this.#onOver?.();
    }
  }

  #break(problem: Error): void {
    if (this.#problem !== undefined) return;
    this.#problem = problem;
    this.#onOver?.();
  }
}
