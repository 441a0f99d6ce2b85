import type { AsyncCommand } from "fast-check";
import type { Store } from "../../../contracts/store.ts";
import type { Opened } from "../harness.ts";
import type { JobModel } from "./job-model.ts";

/** The store under test, with the tokens that were given, in order. */
export interface Run {
  readonly opened: Opened<Store>;
  readonly tokens: { readonly id: string; readonly lease: number }[];
}

/** One thing that can be done to a store, and what it must answer. */
export type ModelCommand = AsyncCommand<JobModel, Run>;
