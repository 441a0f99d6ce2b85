import type { Backend } from "./backend.ts";
import type { Broker } from "./broker.ts";

/**
 * Broker and backend in one system: what `enqueue` and `exchange` do, `load` and `watch` show, in one atomic step, with
 * the value, the follow-up jobs and the release of the lease of a settlement all or none of them. `insert` and `save` are
 * used only when the system serves as a backend beside another broker.
 *
 * Clients and workers speak to a store and nothing else; a broker and a backend of two systems are joined into one.
 */
export interface Store extends Broker, Backend {}
