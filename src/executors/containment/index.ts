/*
 * containment: how programs are held together, so that they can be ended with all that they started.
 * Here: namespaces, marks, process groups, limits. Not here: what the programs are, and why they are ended.
 */
export { checkConfinement } from "./confined-command.ts";
export type { Containment, Tree } from "./containment.ts";
export { type FoundContainment, findContainment } from "./find-containment.ts";
export { leaveSignalsToWorker } from "./service-signals.ts";
export { sweep } from "./sweeper.ts";
