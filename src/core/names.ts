import { ConfigurationError } from "../errors/index.ts";
import { shown } from "./shown.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
const ID = /^[\x21-\x7e]{1,128}$/;
const NAMESPACE = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Marks the follow-up job that runs a job's callbacks; no sender may take such an id. */
export const CALLBACK_SUFFIX = ":end";
/** The same with the number of a later run's lease behind it. */
export const CALLBACK_ID: RegExp = /:end(?::\d+)?$/;
/** Marks the task and the queue of callbacks, behind the name of what they belong to. */
export const CALLBACKS = ":callbacks";

/**
 * Checks the name of a task or a queue: a letter or digit, then up to 127 letters, digits, `.`, `_`, `:`, `/`, `-`; not ending
 * in `:callbacks`.
 *
 * @throws ConfigurationError
 */
export function checkName(kind: "task" | "queue", name: unknown): asserts name is string {
  if (typeof name === "string" && NAME.test(name) && !name.endsWith(CALLBACKS)) return;
  throw new ConfigurationError(
    `${shown(name)} is no name for a ${kind}: it starts with a letter or digit, has up to 128 letters, digits and . _ : / -, and does not end in "${CALLBACKS}"`,
    { details: { kind } },
  );
}

/** Checks an id of the caller's own: 1–128 printable ASCII characters without spaces, not ending in `:end` or `:end:` and a number. */
export function checkId(id: unknown): asserts id is string {
  if (typeof id === "string" && ID.test(id) && !CALLBACK_ID.test(id)) return;
  throw new ConfigurationError(
    `${shown(id)} is no id for a job: 1 to 128 printable ASCII characters, no spaces, not ending in "${CALLBACK_SUFFIX}"`,
  );
}

/** Checks a namespace: a lower-case letter or digit, then up to 39 lower-case letters, digits, `_`, `-`. */
export function checkNamespace(namespace: unknown): asserts namespace is string {
  if (typeof namespace === "string" && NAMESPACE.test(namespace)) return;
  throw new ConfigurationError(
    `${shown(namespace)} is no namespace: it starts with a lower-case letter or digit, and has up to 40 lower-case letters, digits, _ and -`,
  );
}
