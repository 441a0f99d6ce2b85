import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WakeFile } from "./wake-file.ts";

let folder: string;
let path: string;
const files: WakeFile[] = [];

function sleeper(onWake: () => void = () => undefined): WakeFile {
  const file = new WakeFile(path, onWake);
  files.push(file);
  return file;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-wake-"));
  path = join(folder, "jobs.db-wake");
});

afterEach(() => {
  for (const file of files.splice(0)) file.close();
  rmSync(folder, { recursive: true });
});

describe("WakeFile", () => {
  test("who sleeps is woken by who has something to tell", async () => {
    const woken = Promise.withResolvers<void>();
    sleeper(woken.resolve).sleep();
    sleeper().wakeOthers();
    expect(await woken.promise).toBeUndefined();
  });

  test("everybody who sleeps is woken at once", async () => {
    const woken = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    for (const { resolve } of woken) sleeper(resolve).sleep();
    sleeper().wakeOthers();
    expect(await Promise.all(woken.map(({ promise }) => promise))).toHaveLength(5);
  });

  test("nothing is written while nobody sleeps", () => {
    sleeper();
    const teller = sleeper();
    teller.wakeOthers();
    expect(readFileSync(path)).toHaveLength(0);
    teller.sleep();
    const before = readFileSync(path);
    teller.wakeOthers();
    expect(readFileSync(path)).toEqual(before);
  });

  test("who stays awake is off the table", () => {
    const [one, other] = [sleeper(), sleeper()];
    one.sleep();
    one.stayAwake();
    const before = readFileSync(path);
    other.wakeOthers();
    expect(readFileSync(path)).toEqual(before);
  });

  test("who is closed is off the table", () => {
    const [one, other] = [sleeper(), sleeper()];
    one.sleep();
    files.splice(files.indexOf(one), 1);
    one.close();
    const before = readFileSync(path);
    other.wakeOthers();
    expect(readFileSync(path)).toEqual(before);
  });

  test("a second wake of one sleep costs nothing", () => {
    const [one, other] = [sleeper(), sleeper()];
    one.sleep();
    other.wakeOthers();
    const before = readFileSync(path);
    other.wakeOthers();
    expect(readFileSync(path)).toEqual(before);
  });

  test("going to sleep again before the wake's event has come does not lose it", async () => {
    const woken = Promise.withResolvers<void>();
    const one = sleeper(woken.resolve);
    one.sleep();
    sleeper().wakeOthers();
    one.sleep();
    expect(await woken.promise).toBeUndefined();
  });

  test("who tells is not woken by it", async () => {
    const own = vi.fn<() => void>();
    const woken = Promise.withResolvers<void>();
    const teller = sleeper(own);
    teller.sleep();
    sleeper(woken.resolve).sleep();
    teller.wakeOthers();
    await woken.promise;
    await sleep(50);
    expect(own).not.toHaveBeenCalled();
  });
});
