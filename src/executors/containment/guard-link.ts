import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { entryBeside } from "../../internal/entry-beside.ts";
import { withStreams } from "./with-streams.ts";

/** The worker's end of the line to its guard. */
export class GuardLink {
  readonly #token: string;
  #guard: ChildProcess | undefined;

  constructor(token: string) {
    this.#token = token;
  }

  /** Starts the guard, unless it runs. */
  start(): void {
    if (this.#guard !== undefined) return;
    const guard = withStreams(
      spawn(process.execPath, [fileURLToPath(entryBeside(import.meta.url, "guard")), this.#token], {
        stdio: ["pipe", "ignore", "ignore"],
        // In a session of its own: what is sent to the worker's process group must not end it.
        detached: true,
        env: {},
        cwd: "/",
      }),
    );
    this.#guard = guard;
    // The next program gets another one.
    const forget = (): void => {
      if (this.#guard === guard) this.#guard = undefined;
    };
    guard.on("error", forget);
    guard.once("exit", forget);
    guard.stdin?.on("error", () => undefined);
    guard.unref();
    if (guard.stdin !== null && "unref" in guard.stdin && typeof guard.stdin.unref === "function") guard.stdin.unref();
  }

  /** Lets it go; it looks once more, and ends. */
  stop(): void {
    this.#guard?.stdin?.end();
    this.#guard = undefined;
  }
}
