import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { executablesPlan } from "../../core/index.ts";
import { findContainment } from "../containment/index.ts";
import { CheckedFile } from "./checked-file.ts";
import { Program } from "./program.ts";
import { WorkFolders } from "./work-folders.ts";

const silent = (): void => undefined;

test("what a program said is read to its end, although this process was held up when the program ended", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "millrace-program-")));
  writeFileSync(join(folder, "says"), "#!/bin/sh\nhead -c 120000 /dev/zero >&3\n");
  chmodSync(join(folder, "says"), 0o755);
  const { containment } = await findContainment("group", "token");
  const workFolders = new WorkFolders(folder, { debug: silent, info: silent, warn: silent, error: silent });
  const plan = executablesPlan({ folder }).taskFor("says").executable;
  assert.ok(plan !== undefined);
  const bytes: number[] = [];
  for (let run = 0; run < 4; run += 1) {
    let said = 0;
    const program = await Program.start(
      {
        task: "says",
        file: CheckedFile.open({ folder, name: "says", owners: [process.geteuid?.() ?? 0] }),
        plan,
        args: [],
        env: {},
        channel: {
          write: (chunk) => {
            said += chunk.length;
            // Whoever listens is busy.
            return new Promise((resolve) => void setTimeout(resolve, 100));
          },
          close: silent,
        },
        speaks: false,
      },
      {
        workFolders,
        containment: {
          launch: async (launch) => {
            const tree = await containment.launch(launch);
            const clear = async (): Promise<void> => {
              // By when it is waited for what is left in the channels.
              setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300));
              await tree.clear();
            };
            return { ...tree, clear };
          },
        },
      },
    );
    await program.over;
    bytes.push(said);
  }
  await workFolders.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(bytes, Array(4).fill(120_000));
});
