/*
 * Starts a process with a mark, looks for it while this process can open no more files, closes some, and prints how the
 * process has ended by the time the look is over.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { sweep } from "../../../src/executors/containment/sweeper.ts";

const mark = `mark-${process.pid}.`;
const child = spawn("sleep", ["1000"], { env: { MILLRACE_RUN: mark }, stdio: "ignore" });
const open: number[] = [];
try {
  for (;;) open.push(openSync("/dev/null", "r"));
} catch {
  // As many as there may be.
}
let wereClosed = false;
setTimeout(() => {
  for (const descriptor of open) closeSync(descriptor);
  wereClosed = true;
}, 100);
await sweep(mark);
process.stdout.write(JSON.stringify({ wereClosed, signal: child.signalCode }));
