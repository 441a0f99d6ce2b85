import { inspect } from "node:util";
import { toNotation } from "../core/index.ts";
import { MillraceError } from "../errors/index.ts";
import { printJson } from "./json-document.ts";
import { terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { visible, visibleLines } from "./visible.ts";

/** Options of the library by the flags that give them; their own names would say little here. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ["runAfter", "--run-after"],
  ["runAt", "--run-at"],
  ["expireAt", "--expire-at"],
  ["expireAfter", "--expire-after"],
  ["handleSignals", "--grace"],
  ["timeout", "--timeout"],
  ["lease", "--lease"],
  ["retries", "--retries"],
  ["backoff", "--backoff"],
  ["priority", "--priority"],
  ["limit", "--limit"],
  ["rateLimit", "--rate-limit"],
  ["maxBacklog", "--max-backlog"],
  ["maxBodyBytes", "--max-body"],
  ["maxStreams", "--max-streams"],
]);

/** Tells what went wrong and what to do; where it happened only with `--debug`. */
export function reportError(
  error: unknown,
  { json, debug }: { readonly json: boolean; readonly debug: boolean },
): void {
  if (json) printJson({ error: errorDocument(error, debug) });
  else for (const line of errorLines(error)) terminal.tell(line);
  if (debug) terminal.tell(terminal.paintNote("dim", visibleLines(inspect(error))));
}

function errorLines(error: unknown): string[] {
  const code = codeOf(error);
  const advice = adviceOn(error);
  const lines = [
    `${terminal.paintNote(["bold", "red"], "error:")} ${visible(messageOf(error))}${code === undefined ? "" : ` ${terminal.paintNote("dim", `(${code})`)}`}`,
  ];
  if (advice !== undefined) lines.push(`  ${terminal.paintNote("cyan", "try:")} ${visible(advice)}`);
  return lines;
}

function errorDocument(error: unknown, debug: boolean): object {
  return {
    code: codeOf(error) ?? "ERR_UNEXPECTED",
    message: messageOf(error),
    ...(error instanceof MillraceError
      ? { retryable: error.retryable, details: toNotation({ ...error.details }) }
      : { retryable: false }),
    ...(debug && error instanceof Error ? { stack: error.stack } : {}),
  };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `${inspect(error)} was thrown`;
  if (codeOf(error) !== "ERR_CONFIGURATION") return error.message || error.name;
  return error.message.replace(/^([A-Za-z]+)(?= must |\[)/, (name) => FLAGS.get(name) ?? name);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof MillraceError || error instanceof UsageError ? error.code : undefined;
}

function adviceOn(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.advice;
  if (!(error instanceof MillraceError)) return "the same command with --debug shows where this comes from";
  const id = typeof error.details["id"] === "string" ? error.details["id"] : "<id>";
  switch (error.code) {
    case "ERR_JOB_UNKNOWN":
      return "millrace list shows the jobs that are there; --store and --namespace say where to look";
    case "ERR_UNAUTHENTICATED":
      return "MILLRACE_TOKEN=mlr_… before the command, or token in a configuration file; `millrace token create` makes one where the gateway runs";
    case "ERR_RESULT_TIMEOUT":
      return `millrace result ${id} --wait 30s`;
    case "ERR_TASK_FAILED":
      return `millrace status ${id} shows its attempts, millrace dead replay ${id} runs it again`;
    default:
      return undefined;
  }
}
