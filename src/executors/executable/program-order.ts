import type { ExecutablePlan } from "../../core/index.ts";
import type { KeptOutput } from "./kept-output.ts";

/** What all runs of one file have in common; data, so that it can be sent. */
export interface ProgramFile {
  /** The real path of the folder that it is in. */
  readonly folder: string;
  readonly name: string;
  /** Users that may own it, beside root. */
  readonly owners: readonly number[];
  readonly plan: ExecutablePlan;
  /** Its environment, whatever the job. */
  readonly env: Readonly<Record<string, string>>;
}

/** What is particular to one run. */
export interface ProgramCall {
  readonly args: readonly string[];
  /** More of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** All of its standard input; absent: it has none. */
  readonly input?: string;
}

/** How a program ended. */
export type ProgramExit = { readonly exitCode: number } | { readonly signal: NodeJS.Signals };

/** How it ended, and what it wrote. */
export interface ProgramEnd {
  readonly exit: ProgramExit;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
}

/** A program that was asked for. */
export interface OrderedProgram {
  /**
   * Resolves when it is over, and all that it started is gone.
   *
   * @throws ExecutableError, ArgumentsError, CapabilityError when it could not be started
   */
  readonly over: Promise<ProgramEnd>;
  /** Asks it to end, and ends it when its grace time is over. */
  stop(): void;
  /** Ends it at once, with all that it started. */
  kill(): void;
}

/** Starts programs, each for one job. */
export interface ProgramLauncher {
  /** `heard` gets, piece by piece, what it says on the channel for messages; all of it before the program is over. */
  launch(file: ProgramFile, call: ProgramCall, heard: (chunk: Buffer) => void): OrderedProgram;
}
