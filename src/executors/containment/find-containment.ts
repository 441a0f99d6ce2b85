import { once } from "node:events";
import type { ContainmentKind } from "../../core/index.ts";
import { CapabilityError } from "../../errors/index.ts";
import type { Containment } from "./containment.ts";
import { GroupContainment } from "./group-containment.ts";
import { NamespaceContainment } from "./namespace-containment.ts";
import { SweepContainment } from "./sweep-containment.ts";
import { CAN_SWEEP } from "./sweeper.ts";
import { systemProgram } from "./system-programs.ts";

/** A containment, and why it is no stronger one. */
export interface FoundContainment {
  readonly containment: Containment;
  readonly why: string | undefined;
}

/**
 * The containment that was asked for, or the strongest that works here: namespaces are tried, not guessed at.
 *
 * @param token of whoever will end what this process has started, when it dies; without one, a guard is started where one is needed
 * @throws CapabilityError where what was asked for does not work here
 */
export async function findContainment(wish: "auto" | ContainmentKind, token?: string): Promise<FoundContainment> {
  if (wish === "group") return { containment: new GroupContainment(token), why: undefined };
  let why: string | undefined;
  if (wish !== "sweep") {
    try {
      return { containment: await namespaces(token), why: undefined };
    } catch (error) {
      why = `no namespaces: ${error instanceof Error ? error.message : String(error)}`;
      if (wish === "namespace") throw refused(wish, why, error);
    }
  }
  if (CAN_SWEEP) return { containment: new SweepContainment(token), why };
  const none = "no /proc to look through";
  if (wish === "sweep") throw refused(wish, none);
  return { containment: new GroupContainment(token), why: why === undefined ? none : `${why}; ${none}` };
}

/** @throws why they do not work */
async function namespaces(token: string | undefined): Promise<NamespaceContainment> {
  if (process.platform !== "linux") throw new Error(`${process.platform} has none`);
  const containment = new NamespaceContainment(
    { unshare: found("unshare"), nsenter: found("nsenter"), setsid: found("setsid"), cat: found("cat") },
    process.getuid?.() === 0,
    token,
  );
  try {
    const tree = await containment.launch({
      file: found("true"),
      argv0: "true",
      args: [],
      env: {},
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      limits: {},
      user: undefined,
    });
    let complaint = "";
    tree.child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    const [code] = await once(tree.child, "close");
    await tree.clear();
    if (code !== 0) throw new Error(complaint.trim());
    return containment;
  } catch (error) {
    await containment.close();
    throw error;
  }
}

function found(name: string): string {
  const path = systemProgram(name);
  if (path === undefined) throw new Error(`there is no program ${name}`);
  return path;
}

function refused(wish: ContainmentKind, why: string, cause?: unknown): CapabilityError {
  return new CapabilityError(
    `executables: containment "${wish}" does not work here: ${why}. "auto" takes the strongest that does`,
    cause === undefined ? {} : { cause },
  );
}
