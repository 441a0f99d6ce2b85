import { jobDocument } from "../core/index.ts";
import type { Client } from "../index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Flags } from "./flags.ts";
import { printJson } from "./json-document.ts";
import { terminal } from "./terminal.ts";
import { valueText } from "./value-text.ts";

/** Waits for a job and prints what became of it. Every end but a value is an error, or a document and an exit code. */
export async function printOutcome(client: Client, id: string, flags: Flags): Promise<number> {
  const timeout = waitOf(client, flags);
  const options = timeout === undefined ? {} : { timeout };
  if (!flags.has("json")) {
    terminal.print(valueText(await client.job(id).result(options)));
    return EXIT.ok;
  }
  const record = await client.job(id).wait(options);
  printJson(jobDocument(record));
  return record.state === "succeeded" ? EXIT.ok : EXIT.failed;
}

/**
 * How long `--wait` says to wait.
 *
 * @throws ConfigurationError before anything is sent
 */
export function waitOf(client: Client, flags: Flags): string | number | undefined {
  const wait = flags.time("wait");
  if (wait === undefined) return undefined;
  try {
    // Made only for the library's check of a duration.
    client.with({ runAfter: wait });
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replace(/^runAfter/, "--wait");
    throw error;
  }
  return wait;
}
