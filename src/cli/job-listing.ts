import type { DeadQuery } from "../index.ts";
import { type JobRecord, jobDocument } from "../core/index.ts";
import type { Flags } from "./flags.ts";
import { jobTable } from "./job-table.ts";
import { printJson } from "./json-document.ts";
import { terminal } from "./terminal.ts";

/** Which jobs the flags of a list ask for. */
export function pageQuery(flags: Flags): DeadQuery {
  const given = {
    queue: flags.text("queue"),
    task: flags.text("task"),
    limit: flags.number("limit"),
    cursor: flags.text("cursor"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Prints a page of jobs, and how to get the next. */
export function printPage(
  { jobs, cursor }: { readonly jobs: readonly JobRecord[]; readonly cursor?: string },
  flags: Flags,
  none: string,
  command: string,
): void {
  if (flags.has("json")) {
    printJson({ jobs: jobs.map((job) => jobDocument(job)), ...(cursor === undefined ? {} : { cursor }) });
    return;
  }
  if (jobs.length > 0) for (const line of jobTable(jobs)) terminal.print(line);
  else terminal.tell(terminal.paintNote("dim", none));
  if (cursor !== undefined) {
    terminal.tell(terminal.paintNote("dim", `more: millrace ${command} --cursor ${cursor} (with the same flags)`));
  }
}
