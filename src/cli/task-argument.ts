import { exactNumber, fromNotation } from "../core/index.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The value that an argument of `send` stands for: what it says as JSON, else the text itself. Whole numbers that a
 * number cannot hold exactly become bigint.
 */
export function taskArgument(text: string): unknown {
  try {
    return fromNotation(JSON.parse(text, exactNumber));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw new UsageError("an argument is nested too deeply to be read");
  }
}
