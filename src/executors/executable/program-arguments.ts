import { ArgumentsError } from "../../errors/index.ts";

/** Linux passes no longer single argument, its end included. */
const LONGEST_BYTES = 131_071;

/**
 * The arguments of a job as a program gets them: texts as they are, numbers and truth values as JSON writes them.
 *
 * @throws ArgumentsError for what no argument of a program can be
 */
export function programArguments(task: string, args: readonly unknown[]): string[] {
  return args.map((arg, at) => {
    const refused = (why: string): ArgumentsError =>
      new ArgumentsError(`task "${task}", argument ${at + 1}: ${why}`, { details: { task, position: at } });
    const text = typeof arg === "string" ? arg : primitive(arg);
    if (text === undefined) {
      throw refused(
        'a program takes texts, numbers and truth values; send others as JSON texts, or with input: "json"',
      );
    }
    if (text.includes("\0")) throw refused("it holds a NUL character, which ends an argument");
    if (!text.isWellFormed()) throw refused("it holds half of a surrogate pair, which has no UTF-8");
    // Only what is long enough is measured.
    if (text.length * 3 > LONGEST_BYTES && Buffer.byteLength(text) > LONGEST_BYTES) {
      throw refused(`it has more than ${LONGEST_BYTES} bytes; send it with input: "json", or keep it in a file`);
    }
    return text;
  });
}

function primitive(arg: unknown): string | undefined {
  return typeof arg === "number" || typeof arg === "bigint" || typeof arg === "boolean" ? String(arg) : undefined;
}
