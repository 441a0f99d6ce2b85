import { basename } from "node:path";
import type { ExecutableLimits } from "../../core/index.ts";
import { CapabilityError } from "../../errors/index.ts";
import type { Launch } from "./containment.ts";
import { systemProgram } from "./system-programs.ts";

/** What to execute, in place of the program alone. */
export interface Command {
  readonly words: readonly string[];
  /** The last program before the launched one. */
  readonly starter: string | undefined;
}

/**
 * The command that runs a program within its limits, and as its user where this process does not start it itself.
 *
 * @throws CapabilityError where the system has no program for that
 */
export function confinedCommand({ file, args, limits, user }: Launch, changesUser: boolean): Command {
  const words: string[] = [];
  if (changesUser && user !== undefined) {
    words.push(needed("setpriv", "user"), `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups");
  }
  const flags = limitFlags(limits);
  const starter = flags.length > 0 ? "prlimit" : words[0];
  if (flags.length > 0) words.push(needed("prlimit", "limits"), ...flags);
  return {
    words: [...words, file, ...args],
    starter: starter === undefined ? undefined : basename(starter),
  };
}

/** @throws CapabilityError where limits are wanted that the system cannot set */
export function checkConfinement(limits: ExecutableLimits, user: Launch["user"], changesUser: boolean): void {
  if (limitFlags(limits).length > 0) needed("prlimit", "limits");
  if (user !== undefined && changesUser) needed("setpriv", "user");
}

function limitFlags({ cpuMs, memoryBytes, processes, openFiles, fileBytes }: ExecutableLimits): string[] {
  const seconds = cpuMs === undefined ? 0 : Math.ceil(cpuMs / 1_000);
  return [
    // A second more until SIGKILL, so that SIGXCPU says what it was.
    ...(cpuMs === undefined ? [] : [`--cpu=${seconds}:${seconds + 1}`]),
    ...(memoryBytes === undefined ? [] : [`--as=${memoryBytes}`]),
    ...(processes === undefined ? [] : [`--nproc=${processes}`]),
    ...(openFiles === undefined ? [] : [`--nofile=${openFiles}`]),
    ...(fileBytes === undefined ? [] : [`--fsize=${fileBytes}`]),
  ];
}

function needed(program: string, option: string): string {
  const path = systemProgram(program);
  if (path !== undefined) return path;
  throw new CapabilityError(
    `executables: \`${option}\` needs the program ${program} of util-linux, which is not here; install it, or leave the option out`,
  );
}
