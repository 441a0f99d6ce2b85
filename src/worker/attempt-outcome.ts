/** How an attempt ended, before anything is decided about the job. */
export type AttemptEnd =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: unknown }
  /** The task asked for another attempt. */
  | { readonly kind: "retry"; readonly error: unknown; readonly afterMs: number | undefined }
  /** Not to be tried again: the task said so, or it cannot end otherwise. */
  | { readonly kind: "permanent"; readonly error: unknown }
  | { readonly kind: "timeout"; readonly error: Error }
  | { readonly kind: "hung"; readonly error: Error }
  | { readonly kind: "cancelled" }
  | { readonly kind: "expired" };
