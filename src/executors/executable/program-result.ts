import { FailSignal } from "../../context/index.ts";
import { type ExecutablePlan, exactNumber } from "../../core/index.ts";
import { OutputTooLargeError, ProcessExitError, ProtocolError } from "../../errors/index.ts";
import type { KeptOutput } from "./kept-output.ts";
import type { ProgramExit } from "./program-order.ts";

/** Of standard error, in an error's message. */
const SHOWN = 300;
const NEWLINE = /\r?\n$/;

/** What a signal most likely means to who reads of it. */
const HINTS: Readonly<Record<string, string>> = {
  SIGKILL: "; by the system if memory was short, or by somebody",
  SIGXCPU: ", its limit of processor time",
  SIGXFSZ: ", its limit of file size",
};

/** The error of a program that ended on its own, and not well; `undefined` where it ended well. */
export function exitError(
  task: string,
  exit: ProgramExit,
  stderr: KeptOutput,
  failOn: ExecutablePlan["failOn"],
): ProcessExitError | undefined {
  const isClean = "exitCode" in exit && exit.exitCode === 0;
  if (isClean && (failOn === "exit" || stderr.totalBytes === 0)) return undefined;
  const text = stderr.text();
  const how = isClean
    ? "wrote on standard error"
    : "exitCode" in exit
      ? `exited with code ${exit.exitCode}`
      : `was ended by ${exit.signal}${HINTS[exit.signal] ?? ""}`;
  const last = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
  const shown = last.length <= SHOWN ? last : `${last.slice(0, SHOWN)}…`;
  return new ProcessExitError(`"${task}" ${how}${shown === "" ? "" : `: ${shown}`}`, {
    details: { task, ...exit, stderr: text, stderrBytes: stderr.totalBytes },
  });
}

/**
 * What standard output says as a result.
 *
 * @throws FailSignal for what cannot be one
 */
export function outputValue(
  task: string,
  stdout: KeptOutput,
  { output, trim, overflow, maxOutputBytes }: ExecutablePlan,
): unknown {
  if (stdout.droppedBytes > 0 && overflow === "fail") {
    throw new FailSignal(
      new OutputTooLargeError(
        `"${task}" wrote ${stdout.totalBytes} bytes on standard output, more than maxOutputBytes (${maxOutputBytes}); overflow: "cut" keeps the ends of it`,
        { details: { task, bytes: stdout.totalBytes, maxOutputBytes, output: stdout.text() } },
      ),
    );
  }
  const value = stdout.value();
  if (typeof value !== "string") {
    if (output === "text") return value;
    throw new FailSignal(
      new ProtocolError(`the output of "${task}" is to be JSON, and is not even UTF-8`, { details: { task } }),
    );
  }
  if (output === "text") return trim ? value.replace(NEWLINE, "") : value;
  if (value.trim() === "") return undefined;
  try {
    return JSON.parse(value, exactNumber);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FailSignal(
      new ProtocolError(`the output of "${task}" is to be JSON, and is none: ${why}`, { details: { task } }),
    );
  }
}
