import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { entryBeside } from "../../internal/entry-beside.ts";

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
    const guard = spawn(process.execPath, [fileURLToPath(entryBeside(import.meta.url, "guard")), this.#token], {
      stdio: ["pipe", "ignore", "ignore"],
      // In a session of its own: what is sent to the worker's process group must not end it.
      detached: true,
      env: {},
      cwd: "/",
    });
    this.#guard = guard;
    guard.on("error", () => undefined);
    guard.once("exit", () => {
      if (this.#guard === guard) this.#guard = undefined;
    });
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
