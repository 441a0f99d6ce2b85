/** What a caller may do: `send` jobs and cancel them, `read` what became of them, `admin`: all that and everything else. */
export type Scope = "send" | "read" | "admin";

export const SCOPES: readonly Scope[] = ["send", "read", "admin"];
