import { isUtf8 } from "node:buffer";
import { type Duration, durationMs, exactNumber, revivedError } from "../../core/index.ts";
import { ProtocolError } from "../../errors/index.ts";

/** How a program said that its job ended. */
export type ProgramEnd =
  | { readonly type: "result"; readonly value: unknown }
  | { readonly type: "retry"; readonly error: Error; readonly afterMs: number | undefined }
  | { readonly type: "fail"; readonly error: Error };

/** One message of a program, read from its message channel. docs/executables.md is its specification. */
export type ProgramMessage =
  | { readonly type: "progress"; readonly value: unknown }
  | { readonly type: "log"; readonly message: string }
  | ProgramEnd;

/** Of a line that is no message, in an error. */
const SHOWN = 120;
const TYPES = "progress, log, result, retry and fail";

/** @throws ProtocolError for a line that is no message */
export function programMessage(task: string, line: Buffer): ProgramMessage {
  const refused = (why: string): ProtocolError => {
    const text = line.toString("utf8");
    const shown = JSON.stringify(text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);
    return new ProtocolError(
      `program "${task}" wrote a line to its message channel that is no message: ${why}: ${shown}`,
      {
        details: { task },
      },
    );
  };
  if (!isUtf8(line)) throw refused("it is not UTF-8");
  let data: unknown;
  try {
    data = JSON.parse(line.toString("utf8"), exactNumber);
  } catch {
    throw refused("it is no JSON");
  }
  if (typeof data !== "object" || data === null) throw refused("it is no object");
  const { type, value, message, error, after } = data as Readonly<Record<string, unknown>>;
  switch (type) {
    case "progress":
    case "result":
      return { type, value };
    case "log":
      if (typeof message === "string") return { type, message };
      throw refused("its message must be a text");
    case "fail":
      return { type, error: errorOf(error, "the program asked to fail") };
    case "retry":
      try {
        const afterMs = after === undefined ? undefined : durationMs(after as Duration, "after");
        return { type, error: errorOf(error, "the program asked to be tried again"), afterMs };
      } catch {
        throw refused('after must be a duration such as "5s", or milliseconds');
      }
    default:
      throw refused(`its type must be one of ${TYPES}`);
  }
}

/** A text, or an object with a name and a message. */
function errorOf(given: unknown, otherwise: string): Error {
  if (typeof given === "string") return new Error(given);
  if (typeof given !== "object" || given === null) return new Error(otherwise);
  const { name, message, code } = given as Readonly<Record<string, unknown>>;
  return revivedError({
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : otherwise,
    ...(typeof code === "string" && !code.startsWith("ERR_") ? { code } : {}),
  });
}
