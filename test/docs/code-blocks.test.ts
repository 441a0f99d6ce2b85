import { execFile } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents, root, source } from "./documents.ts";
import { onSource } from "./on-source.ts";

const blocks = documents()
  .flatMap((each) => each.blocks)
  .filter(({ language, marks }) => language === "ts" && marks.includes("run"))
  .map((block, at) => ({ ...block, name: `block-${at}` }));

let folder = "";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function node(script: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { cwd, timeout: 20_000 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** What a block says that it prints, line by line. */
function expected(code: string): string {
  return [...code.matchAll(/\/\/ prints: ?(.*)/g)].map(([, line]) => `${line}\n`).join("");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-docs-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const { name, code } of blocks) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "block.ts"), onSource(code, join(folder, name)));
    // A block may import an example from beside it.
    for (const example of globSync("examples/*.ts", { cwd: root })) {
      writeFileSync(join(folder, name, basename(example)), onSource(source(example), join(folder, name)));
    }
  }
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        typeRoots: [join(root, "node_modules/@types")],
      },
      include: ["*/block.ts"],
    }),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the code of the documents", () => {
  test("there is some", () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  test("has no type errors", { timeout: 60_000 }, async () => {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = await node(tsc, ["-p", folder], folder);
    const own = stdout.split("\n").filter((line) => line.startsWith("block-"));
    const places = own.map((line) =>
      line.replace(/^block-\d+/, (name) => blocks.find((each) => each.name === name)?.place ?? name),
    );
    expect(places).toEqual([]);
  });

  for (const { place, name, code } of blocks) {
    test(`${place} runs, and prints what it says`, async () => {
      const { code: exit, stdout, stderr } = await node(join(folder, name, "block.ts"), [], join(folder, name));
      expect({ exit, stdout, stderr: exit === 0 ? "" : stderr }).toEqual({
        exit: 0,
        stdout: expected(code),
        stderr: "",
      });
    });
  }
});
