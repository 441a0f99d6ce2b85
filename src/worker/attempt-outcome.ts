import type { ThrownEnd } from "../context/index.ts";

/** How an attempt ended, before anything is decided about the job. */
export type AttemptEnd =
  | { readonly kind: "value"; readonly value: unknown }
  | ThrownEnd
  | { readonly kind: "timeout"; readonly error: Error }
  | { readonly kind: "hung"; readonly error: Error }
  | { readonly kind: "cancelled" }
  | { readonly kind: "expired" };
