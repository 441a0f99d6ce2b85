import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { COMPILER, Workshop, compiled } from "./workshop.ts";

const examples = fileURLToPath(new URL("../../examples/executables", import.meta.url));
const NO_PYTHON = spawnSync("python3", ["--version"]).status === 0 ? undefined : "there is no python3";
const NO_COMPILER = COMPILER === undefined ? "there is no compiler of C" : undefined;

const LANGUAGES: readonly (readonly [string, string, string | undefined])[] = [
  ["Bash", "count-words.sh", undefined],
  ["Python", "count-words.py", NO_PYTHON],
  ["C", "count-words.c", NO_COMPILER],
];

/** The example, put into a folder of executables as its users would. */
function put(workshop: Workshop, file: string): string {
  if (file.endsWith(".c")) {
    compiled(readFileSync(join(examples, file), "utf8"), join(workshop.bin, "count-words"));
    return "count-words";
  }
  copyFileSync(join(examples, file), join(workshop.bin, file));
  return file;
}

for (const [language, file, missing] of LANGUAGES) {
  describe.skipIf(missing !== undefined)(
    `the example in ${language}${missing === undefined ? "" : `: ${missing}`}`,
    () => {
      test("counts words, tells of its progress and logs", async () => {
        const workshop = new Workshop();
        const name = put(workshop, file);
        const [one, two] = [workshop.path("one"), workshop.path('two "quoted" \\ words')];
        writeFileSync(one, "a b\n c\n");
        writeFileSync(two, "Ünï cødé 12");
        const app = await workshop.open();
        const record = await app.record(name, [one, two]);
        assert.deepEqual(record.result, { files: 2, words: 6 });
        assert.deepEqual(record.progress, { done: 2, of: 2 });
        assert.deepEqual(
          record.log.map(({ message }) => message),
          ["attempt 1: 2 files"],
        );
      });

      test("asks for another attempt when a file is missing, and fails for good without one", async () => {
        const workshop = new Workshop();
        const name = put(workshop, file);
        const gone = workshop.path('not "here"\n\tnor \u0001 \\ there');
        const app = await workshop.open();
        const retried = await app.client.with({ retries: 1 }).send(name, gone);
        const retrying = await new Promise<{ readonly delayMs: number; readonly error: unknown }>((resolve) => {
          app.worker.on("retrying", resolve);
        });
        assert.equal(retrying.delayMs, 2_000);
        assert.equal((retrying.error as Error).message, `${gone} is not there`);
        await retried.cancel();
        const failed = await app.record(name, [], { retries: 3 });
        assert.deepEqual([failed.error?.message, failed.attempts.length], ["give at least one file", 1]);
      });
    },
  );
}

describe.skipIf(NO_PYTHON !== undefined)(
  `the resident example${NO_PYTHON === undefined ? "" : `: ${NO_PYTHON}`}`,
  () => {
    test("takes one job after another, and tells what is wrong with one", async () => {
      const workshop = new Workshop();
      const name = put(workshop, "square-roots.py");
      const app = await workshop.open({ tasks: { [name]: { resident: true } } });
      assert.deepEqual(await app.result(name, 4, 9), [2, 3]);
      const { error } = await app.record(name, [-1]);
      assert.deepEqual([error?.name, error?.message], ["ValueError", "math domain error"]);
      assert.deepEqual(await app.result(name, 16), [4]);
    });
  },
);
