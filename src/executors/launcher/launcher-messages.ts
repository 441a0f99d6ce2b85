import type { ContainmentKind } from "../../core/index.ts";
import type { ProgramCall, ProgramExit, ProgramFile } from "../executable/index.ts";
import type { SentFailure } from "./sent-failure.ts";

/** What a launcher needs to know once. */
export interface LauncherSetting {
  readonly containment: "auto" | ContainmentKind;
  /** Where the working directories are made. */
  readonly workFolder: string;
  /** What it marks its programs with, so that they can be found if it dies. */
  readonly token: string;
}

/** What a launcher is told. */
export type ToLauncher =
  /** From now on, `file` stands for this. */
  | { readonly type: "file"; readonly file: number; readonly of: ProgramFile }
  | { readonly type: "run"; readonly run: number; readonly file: number; readonly call: ProgramCall }
  | { readonly type: "stop" | "kill"; readonly run: number };

interface SentOutput {
  readonly bytes: Buffer;
  readonly totalBytes: number;
  readonly droppedBytes: number;
}

/** What a launcher says. */
export type FromLauncher =
  /** A piece of what a program says on the channel for messages. */
  | { readonly type: "said"; readonly run: number; readonly chunk: Buffer }
  | {
      readonly type: "over";
      readonly run: number;
      readonly exit: ProgramExit;
      readonly stdout: SentOutput;
      readonly stderr: SentOutput;
    }
  | { readonly type: "failed"; readonly run: number; readonly failure: SentFailure }
  | { readonly type: "warning"; readonly message: string; readonly fields: Readonly<Record<string, unknown>> };
