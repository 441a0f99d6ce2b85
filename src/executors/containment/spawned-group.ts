import { type ChildProcess, spawn } from "node:child_process";
import { confinedCommand } from "./confined-command.ts";
import type { Launch } from "./containment.ts";
import { withStreams } from "./with-streams.ts";

/** A program in a process group of its own, whose number is the program's. */
export interface SpawnedGroup {
  readonly child: ChildProcess;
  readonly starter: string | undefined;
}

/** Starts a program in a session and process group of its own. */
export function spawnedGroup(launch: Launch, run: string): SpawnedGroup {
  const { words, env, starter } = confinedCommand(launch, false);
  const [file = launch.file, ...args] = words;
  const child = withStreams(
    spawn(file, args, {
      ...(starter === undefined ? { argv0: launch.argv0 } : {}),
      stdio: launch.stdio,
      env: { ...env, MILLRACE_RUN: run },
      cwd: launch.cwd,
      detached: true,
      // For a child Node: bigint and `undefined` are kept.
      serialization: "advanced",
      ...launch.user,
    }),
  );
  return { child, starter };
}
