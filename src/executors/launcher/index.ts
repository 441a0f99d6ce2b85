/*
 * launcher: a process beside the worker that starts programs for it.
 * Here: the process, and what is said to it. Not here: what a program is, and how it is held.
 */
export { Launcher } from "./launcher.ts";
