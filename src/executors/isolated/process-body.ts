import { fileURLToPath } from "node:url";
import { entryBeside } from "../../internal/entry-beside.ts";
import type { Containment, Tree } from "../containment/index.ts";
import type { BodySetting, FromBody, ToBody } from "./body-messages.ts";
import type { Body } from "./body.ts";

/** A debugger's port can be had by one process only. */
const OF_DEBUGGER = /^--inspect/;

/** A child process of Node that runs functions. */
export class ProcessBody implements Body {
  readonly noun = "process";
  readonly over: Promise<string>;
  onMessage: (message: FromBody) => void = () => undefined;
  onOver: (why: string) => void = () => undefined;
  isOver = false;
  readonly #tree: Tree;

  private constructor(tree: Tree) {
    this.#tree = tree;
    const { child } = tree;
    child.on("message", (message) => this.onMessage(message as FromBody));
    this.over = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) =>
        resolve(signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`),
      );
    }).then(async (why) => {
      this.isOver = true;
      await tree.clear();
      this.onOver(why);
      return why;
    });
  }

  /** @throws what the system says when it cannot be started */
  static async start(
    setting: BodySetting,
    maxMemoryMb: number | undefined,
    containment: Pick<Containment, "launch">,
  ): Promise<ProcessBody> {
    const tree = await containment.launch({
      file: process.execPath,
      argv0: process.argv0,
      args: [
        ...process.execArgv.filter((flag) => !OF_DEBUGGER.test(flag)),
        ...(maxMemoryMb === undefined ? [] : [`--max-old-space-size=${maxMemoryMb}`]),
        fileURLToPath(entryBeside(import.meta.url, "child")),
        JSON.stringify(setting),
      ],
      env: process.env,
      cwd: process.cwd(),
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      limits: {},
      user: undefined,
    });
    return new ProcessBody(tree);
  }

  post(job: ToBody): void {
    // Where it is over by now, `over` says so.
    this.#tree.child.send(job, () => undefined);
  }

  kill(): void {
    this.#tree.kill();
  }

  hold(held: boolean): void {
    const { child } = this.#tree;
    if (held) {
      child.ref();
      child.channel?.ref();
    } else {
      child.unref();
      child.channel?.unref();
    }
  }
}
