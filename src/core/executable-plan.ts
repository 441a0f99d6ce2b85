/** What a program may use of the machine; absent: as much as the worker. */
export interface ExecutableLimits {
  /** Processor time of each process, whole seconds, rounded up. */
  readonly cpuMs?: number;
  /** Address space of each process. */
  readonly memoryBytes?: number;
  /** Processes and threads of the user it runs as. */
  readonly processes?: number;
  /** Open files of each process. */
  readonly openFiles?: number;
  /** Size of each file it writes. */
  readonly fileBytes?: number;
}

/** Options of one executable, checked and complete. */
export interface ExecutablePlan {
  readonly input: "argv" | "json";
  readonly output: "text" | "json";
  readonly trim: boolean;
  readonly failOn: "exit" | "stderr";
  readonly resident: boolean;
  readonly maxOutputBytes: number;
  readonly overflow: "fail" | "cut";
  readonly graceMs: number;
  /** Variables beside those that every program gets: a value, or `true` for the worker's own. */
  readonly env: Readonly<Record<string, string | true>>;
  readonly limits: ExecutableLimits;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}
