import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environment, packed } from "../package/packed.ts";
import { type Block, document } from "./documents.ts";

/*
 * The README's first minute, as a newcomer has it: the package as it is published, installed into an empty folder.
 * Blocks run in their order. ```ts file=NAME is written to that file; ```sh run is run and must print its `# prints:`
 * lines; ```sh background runs beside the others, as in a second terminal, until the end.
 */
const blocks = document("README.md").blocks.filter(
  ({ language, marks }) =>
    marks.some((mark) => mark.startsWith("file=")) ||
    (language === "sh" && (marks.includes("run") || marks.includes("background"))),
);

const folder = mkdtempSync(join(tmpdir(), "millrace-readme-"));
const home = join(folder, "first");
const background: ChildProcess[] = [];
let tarball = "";

function shell(block: Block): ChildProcess {
  const code = block.code.replaceAll(
    "npm install millrace",
    `npm install --prefer-offline --no-audit --no-fund ${tarball}`,
  );
  return spawn("bash", ["-e", "-c", code], {
    cwd: home,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

async function run(
  block: Block,
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const child = shell(block);
  let output = "";
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const [code] = await once(child, "close");
  return { code: code as number | null, output, errors };
}

beforeAll(() => {
  mkdirSync(home);
  tarball = packed(folder);
}, 60_000);

afterAll(async () => {
  for (const child of background) {
    const gone = child.exitCode === null ? once(child, "exit") : undefined;
    if (child.pid !== undefined && gone !== undefined) process.kill(-child.pid, "SIGTERM");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

describe("the first minute of the README", () => {
  test("has a task, a worker and a send", () => {
    expect(blocks.filter(({ marks }) => marks.includes("background")).length).toBeGreaterThan(0);
    expect(blocks.filter(({ marks }) => marks.some((mark) => mark.startsWith("file="))).length).toBeGreaterThan(2);
  });

  for (const block of blocks) {
    test(`${block.place} works`, { timeout: 60_000 }, async () => {
      const file = block.marks.find((mark) => mark.startsWith("file="))?.slice("file=".length);
      if (file !== undefined) {
        writeFileSync(join(home, file), block.code);
        return;
      }
      if (block.marks.includes("background")) {
        background.push(shell(block));
        return;
      }
      const { code, output, errors } = await run(block);
      expect({ code, errors }).toEqual({ code: 0, errors });
      const prints = [...block.code.matchAll(/# prints: (.*)/g)].map(([, line]) => line);
      const lines = new Set(output.split("\n").map((line) => line.trim()));
      expect(prints.filter((line) => !lines.has(line ?? ""))).toEqual([]);
    });
  }
});
