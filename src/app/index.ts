/*
 * app: the composition root. The one room that knows all others, and wires them.
 * Here: Millrace itself, its options, drivers by URL. Not here: anything a room could do itself.
 */
export { type Middleware, Millrace } from "./millrace.ts";
export type { MillraceOptions, SystemOptions } from "./options.ts";
