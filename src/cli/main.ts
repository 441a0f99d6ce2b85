#!/usr/bin/env node
/*
 * cli: the command line. One file per command, in commands/.
 * Here: reading arguments, printing, exit codes. Not here: anything that a program could not do through the root API.
 *
 * This file and the one it imports run on any Node, so that one that is too old gets a sentence and not a stack trace.
 */
import { nodeProblem } from "./node-problem.ts";

const problem = nodeProblem(process.versions.node);
if (problem === undefined) {
  const { run } = await import("./run.ts");
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.stderr.write(`error: ${problem}\n`);
  process.exitCode = 1;
}
