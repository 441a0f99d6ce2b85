import { durationMs } from "../../core/index.ts";
import type { Finding } from "../../index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { healthChecks } from "../health-checks.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { type Paint, terminal } from "../terminal.ts";
import { versionLine } from "../version-line.ts";
import { visible } from "../visible.ts";

const SIGNS: Readonly<Record<Finding["status"] | "fixed", { readonly sign: string; readonly paint: Paint }>> = {
  ok: { sign: "✓", paint: "green" },
  note: { sign: "!", paint: "yellow" },
  problem: { sign: "✗", paint: "red" },
  fixed: { sign: "✓", paint: "cyan" },
};

export const doctor: CommandDeclaration = {
  usage: "doctor",
  summary: "Check the store: version, durability, clock, what is stuck; and mend what can be",
  flags: [
    ["--fix", "Put right what can be without losing anything"],
    ["--slow <time>", "A job that runs for longer is mentioned (default: 1h)"],
  ],
  examples: [
    ["millrace doctor", "exit code 1 if there is a problem"],
    ["millrace doctor --fix", "queue again what dead workers left, purge, close permissions"],
    ["millrace doctor --json", "for a monitor"],
  ],
  run: async (_words, flags) => {
    const slowMs = durationMs(flags.time("slow") ?? "1h", "--slow");
    return withExisting(flags, async (client, app) => {
      const own = await app.checkup({ fix: flags.has("fix") });
      const findings: Finding[] = [
        { status: "ok", subject: "versions", text: versionLine() },
        ...own,
        ...(own.length > 0 ? [] : [silent()]),
        ...(await healthChecks(client, { now: Date.now(), slowMs })),
      ];
      if (flags.has("json")) printJson({ findings });
      else for (const finding of findings) print(finding);
      const isSick = findings.some(({ status, fixed }) => status === "problem" && fixed !== true);
      return isSick ? EXIT.failed : EXIT.ok;
    });
  },
};

function silent(): Finding {
  return {
    status: "note",
    subject: "store",
    text: "it was reached, and does not tell of its version, its durability, or what is stuck in it",
  };
}

function print({ status, subject, text, advice, fixed }: Finding): void {
  const { sign, paint } = SIGNS[fixed === true ? "fixed" : status];
  const mended = fixed === true ? ` ${terminal.paint("cyan", "· mended")}` : "";
  terminal.print(`${terminal.paint(paint, sign)} ${subject.padEnd(15)} ${visible(text)}${mended}`);
  if (advice !== undefined && fixed !== true)
    terminal.print(terminal.paint("dim", `  ${" ".repeat(15)} ${visible(advice)}`));
}
