import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { Folder, appOn } from "./files.ts";
import { started } from "./program.ts";

/** The locks that are held on a file, as the kernel lists them. */
function locksOn(file: string): string[] {
  const { ino } = statSync(file);
  return readFileSync("/proc/locks", "utf8")
    .split("\n")
    .filter((line) => line.includes(`:${ino} `));
}

/*
 * The locks that say that a file is in use are the process's. The system takes them all away when the process closes any
 * descriptor of the file, whoever opened it; another process that closes the file may then take itself for the last, and
 * delete the log that is still written to.
 */
test("a second app on the file in this process leaves the first one its locks, and what it accepts is kept", async () => {
  using folder = new Folder();
  const file = folder.file();
  await using first = appOn(file);
  await first.client().send("note", "opens the file");
  const held = process.platform === "linux" ? locksOn(file) : undefined;
  const second = appOn(file);
  await second.client().queues();
  await second.close();
  if (held !== undefined) {
    expect(held).toHaveLength(1);
    expect(locksOn(file)).toHaveLength(1);
  }
  await using visitor = started("open-only", [file]);
  await visitor.said(/^opened$/);
  await visitor.ended();
  const { id } = await first.client().send("note", "kept");
  await using reader = started("read-job", [file, id]);
  expect(await reader.said(/^state /)).toBe("state queued");
});
