/*
 * pair: a store made of what there is: a broker and a backend of two systems, or a broker alone.
 * Here: the order of steps that loses nothing when one of two systems fails. Not here: a system of its own.
 */
export { pair } from "./paired-store.ts";
export { withoutBackend } from "./no-backend.ts";
