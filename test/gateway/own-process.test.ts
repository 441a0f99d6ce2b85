import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { test } from "vitest";

const INDEX = new URL("../../src/index.ts", import.meta.url).href;

/** What V8 makes of its flags in a process that opens a gateway. */
async function flagsTag(flags: readonly string[], ownProcess: boolean): Promise<number> {
  const program = `
    import { cachedDataVersionTag } from "node:v8";
    const { Millrace } = await import(${JSON.stringify(INDEX)});
    const app = new Millrace({ store: "memory:" });
    await app.gateway({ address: "127.0.0.1:0", ownProcess: ${ownProcess} });
    console.log(cachedDataVersionTag());
    await app.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--input-type=module", "-e", program]);
  return Number(stdout);
}

test("a gateway sets V8 up for bursts in a process of its own, and leaves another's as it is", async () => {
  const [own, shared, given, plain] = await Promise.all([
    flagsTag([], true),
    flagsTag([], false),
    flagsTag(["--no-allocation-site-pretenuring"], false),
    flagsTag([], false),
  ]);
  assert.equal(own, given);
  assert.equal(shared, plain);
  assert.notEqual(own, shared);
});
