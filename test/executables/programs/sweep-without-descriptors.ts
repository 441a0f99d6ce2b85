/*
 * Starts a process with a mark, looks for it while this process can open no more files, closes some, and prints how the
 * process has ended by the time the look is over.
 */
import { spawn } from "node:child_process";
import { sweep } from "../../../src/executors/containment/sweeper.ts";
import { takeAllBut } from "../../descriptors.ts";

const mark = `mark-${process.pid}.`;
const child = spawn("sleep", ["1000"], { env: { MILLRACE_RUN: mark }, stdio: "ignore" });
const giveBack = takeAllBut(0);
let wereClosed = false;
setTimeout(() => {
  giveBack();
  wereClosed = true;
}, 100);
await sweep(mark);
process.stdout.write(JSON.stringify({ wereClosed, signal: child.signalCode }));
