import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startBase } from "./bases/index.ts";
import { listing } from "./measuring/listing.ts";
import { measureApart } from "./measuring/measure-apart.ts";
import { Progress } from "./measuring/progress.ts";
import { type Options, USAGE, UsageError, readOptions } from "./measuring/options.ts";
import { type Appointment, schedule } from "./measuring/schedule.ts";
import { ResultBook } from "./reporting/result-book.ts";
import { toMarkdown } from "./reporting/markdown.ts";

/*
 * Measures systems against each other: each measurement in a process of its own on a new and empty base, systems in
 * turn. Prints medians, ratios and what becomes of the claims, and keeps them as JSON and Markdown.
 */
try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else if (options.list) console.log(listing(options.workloads, options.systems));
  else process.exitCode = await bench(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}. npm run bench -- --help has the options`);
  process.exitCode = 2;
}

async function bench(options: Options): Promise<number> {
  if (!existsSync(new URL("node_modules", import.meta.url))) {
    throw new UsageError("what is compared is not installed; do that with: npm install --prefix bench");
  }
  const appointments = schedule(options.workloads, options.systems, options.runs);
  const book = new ResultBook(options.runs, options.quick);
  const progress = new Progress(appointments.length);
  let interrupted = false;
  process.once("SIGINT", () => {
    interrupted = true;
  });
  for (const appointment of appointments) {
    if (interrupted) break;
    progress.begin(appointment);
    try {
      await keep(appointment, options, book, progress);
    } catch (error) {
      if (interrupted) break;
      const reason = error instanceof Error ? error.message : String(error);
      book.addFailure(appointment, reason);
      progress.failed(reason);
    }
  }
  const markdown = toMarkdown(book.result);
  save(options.out, { json: `${JSON.stringify(book.result, undefined, 2)}\n`, md: markdown });
  console.log(markdown);
  if (interrupted) return 130;
  return book.result.failures.length === 0 ? 0 : 1;
}

/** Makes one measurement, and writes it down. */
async function keep(appointment: Appointment, options: Options, book: ResultBook, progress: Progress): Promise<void> {
  const { system, workload } = appointment;
  await using base = await startBase(system.base);
  const plan = { system: system.name, workload: workload.name, base: base.address, quick: options.quick };
  const { about, figures } = await measureApart(plan, options.profile);
  book.add(appointment, { base: base.about, system: about, figures });
  progress.done(figures);
}

function save(name: string, texts: Readonly<Record<string, string>>): void {
  const folder = fileURLToPath(new URL("results", import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [ending, text] of Object.entries(texts)) writeFileSync(`${folder}/${name}.${ending}`, text);
}
