import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("../../demo/main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function runDemo(): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script], { timeout: 55_000 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout + stderr });
    });
  });
}

/** The number behind a label of the first table. */
function row(output: string, label: string): number {
  const line = output.split("\n").find((each) => each.startsWith(`  ${label}  `)) ?? "";
  return Number(/([\d,]+)(?: ms)?$/.exec(line)?.[1]?.replaceAll(",", ""));
}

describe("the demonstration", () => {
  test(
    "a worker is killed, its jobs are run again, nothing is lost, and every total agrees",
    { timeout: 60_000 },
    async () => {
      const { code, output } = await runDemo();
      assert.equal(code, 0, output);
      const sent = row(output, "sent");
      expect(sent).toBeGreaterThanOrEqual(500);
      expect(row(output, "succeeded")).toBe(sent);
      expect(row(output, "lost")).toBe(0);
      expect(row(output, "run again because of the kill")).toBeGreaterThanOrEqual(1);
      expect(row(output, "send to result, p50")).toBeGreaterThan(0);
      // The jobs of the killed worker waited for its lease, which no other job did.
      expect(row(output, "send to result, longest")).toBeGreaterThanOrEqual(1_000);
      for (const name of ["files", "lines", "words", "bytes", "sha256"]) {
        expect(output).toMatch(new RegExp(String.raw`^  ${name} +(\S+) = +\1$`, "m"));
      }
      expect(output).toMatch(/worker B was killed \(SIGKILL\) in the middle of \d+ jobs?/);
      // Colours are for terminals.
      expect(output).not.toContain("\u001B");
    },
  );
});
