import type { ChildProcess, StdioOptions } from "node:child_process";
import type { ContainmentKind, ExecutableLimits } from "../../core/index.ts";

/** A program to start. */
export interface Launch {
  readonly file: string;
  /** What it finds as the name it was called by, where nothing stands between. */
  readonly argv0: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdio: StdioOptions;
  readonly limits: ExecutableLimits;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** A program that was started, with all that it starts. */
export interface Tree {
  readonly child: ChildProcess;
  /** The program that started the launched one, and tells on standard error, under this name, when it could not. */
  readonly starter: string | undefined;
  /** Sends SIGTERM to the program and its process group. */
  stop(): void;
  /** Ends everything at once. */
  kill(): void;
  /** To be called at the end of `child`: ends what it left behind. Resolves when nothing is left. */
  clear(): Promise<void>;
}

/** Starts programs so that they can be ended with all that they started, and end with this process. */
export interface Containment {
  readonly kind: ContainmentKind;
  /** @throws what the system says to a program that cannot be started */
  launch(launch: Launch): Promise<Tree>;
  /** Ends whatever still runs. */
  close(): Promise<void>;
}
