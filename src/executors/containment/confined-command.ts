import { basename } from "node:path";
import type { ExecutableLimits } from "../../core/index.ts";
import { CapabilityError } from "../../errors/index.ts";
import type { Launch } from "./containment.ts";
import { systemProgram } from "./system-programs.ts";

/** What to execute, in place of the program alone. */
export interface Command {
  readonly words: readonly string[];
  /** What it is executed with. */
  readonly env: Launch["env"];
  /** The last program before the launched one. */
  readonly starter: string | undefined;
}

/** Decides in which language a program speaks. */
const LANGUAGE = /^(LANG|LANGUAGE|LC_[A-Z]+)$/;

/**
 * The command that runs a program within its limits, and as its user where this process does not start it itself.
 *
 * @param first the program that is to run before all others
 * @throws CapabilityError where the system has no program for that
 */
export function confinedCommand(launch: Launch, changesUser: boolean, first: readonly string[] = []): Command {
  const { file, args, limits, user } = launch;
  const starters = [first];
  if (changesUser && user !== undefined) {
    starters.push([needed("setpriv", "user"), `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"]);
  }
  const flags = limitFlags(limits);
  if (flags.length > 0) starters.push([needed("prlimit", "limits"), ...flags]);
  const isAlone = starters.every((words) => words.length === 0);
  const { env, starter: language } = isAlone ? { env: launch.env, starter: [] } : inEnglish(launch.env);
  const words = [...starters, language];
  const last = words.findLast(([program]) => program !== undefined)?.[0];
  return { words: [...words.flat(), file, ...args], env, starter: last === undefined ? undefined : basename(last) };
}

/**
 * An environment in which programs speak English, and one more starter that gives the program its own language back. What a
 * starter says when it fails is read here; and it spares each a dozen files of a language that it would hardly use.
 */
function inEnglish(env: Launch["env"]): { readonly env: Launch["env"]; readonly starter: readonly string[] } {
  const own = Object.entries(env).filter(([name, value]) => LANGUAGE.test(name) && value !== undefined);
  const program = systemProgram("env");
  if (own.length === 0 || program === undefined) return { env, starter: [] };
  return {
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !LANGUAGE.test(name))),
    starter: [program, ...own.map(([name, value]) => `${name}=${value}`)],
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
