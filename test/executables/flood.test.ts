import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Workshop } from "./workshop.ts";

/** Megabytes to write on each channel. */
const MEGABYTES = 100;

test(
  `${3 * MEGABYTES} MB of output, on all channels and without a newline: the worker's memory stays as it is, and that of its launcher`,
  { timeout: 120_000 },
  async () => {
    const workshop = new Workshop();
    workshop.bash("flood", `for fd in 1 2 3; do head -c "$1" /dev/zero | tr '\\0' x >&"$fd" & done; wait`);
    const entry = fileURLToPath(new URL("./programs/flooded.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      entry,
      workshop.bin,
      String(MEGABYTES * 1_000_000),
    ]);
    const { grownMb, code, message } = JSON.parse(stdout) as { grownMb: number[]; code: string; message: string };
    // Measured at 5 and 10; what is not bounded would be 300.
    expect(grownMb).toHaveLength(2);
    for (const each of grownMb) expect(each).toBeLessThan(32);
    expect(code).toBe("ERR_OUTPUT_TOO_LARGE");
    expect(message).toMatch(/more than 1048576 bytes/);
  },
);
