import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { beforeEach, expect, test, vi } from "vitest";
import { Watchdog } from "./watchdog.ts";

const LIMIT_MS = 1_000;

/** A client that is connected, with a watchdog; what it heard, and what was asked, is set. */
class Scene extends EventEmitter {
  status = "ready";
  readonly stream = { bytesRead: 0, destroy: vi.fn<(error: Error) => void>() };
  isAsked = false;
  readonly watchdog = new Watchdog(this as unknown as Redis, LIMIT_MS, () => this.isAsked);

  ask(): void {
    this.isAsked = true;
    this.watchdog.watch();
  }

  hear(): void {
    this.stream.bytesRead += 1;
  }

  get isEnded(): boolean {
    return this.stream.destroy.mock.calls.length > 0;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

test("what was asked something and is silent is ended at the limit, once, with the reason", () => {
  const scene = new Scene();
  scene.ask();
  vi.advanceTimersByTime(LIMIT_MS - 1);
  expect(scene.isEnded).toBe(false);
  vi.advanceTimersByTime(1);
  expect(scene.stream.destroy).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ message: expect.stringMatching(/nothing.*1000 ms/) as string }),
  );
  expect(vi.getTimerCount()).toBe(0);
});

test("what falls silent amid answers is ended at the limit, or a little later", () => {
  const scene = new Scene();
  scene.ask();
  for (let at = 0; at < 100; at += 1) {
    vi.advanceTimersByTime(33);
    scene.hear();
  }
  vi.advanceTimersByTime(LIMIT_MS - 1);
  expect(scene.isEnded).toBe(false);
  vi.advanceTimersByTime(LIMIT_MS / 4 + 1);
  expect(scene.isEnded).toBe(true);
});

test("what is slow, and says a little in time, is not ended", () => {
  const scene = new Scene();
  scene.ask();
  for (let at = 0; at < 100; at += 1) {
    vi.advanceTimersByTime(LIMIT_MS - 1);
    scene.hear();
  }
  expect(scene.isEnded).toBe(false);
});

test("what is asked nothing may be silent, and costs no timer; a question after that has the whole limit", () => {
  const scene = new Scene();
  scene.ask();
  scene.hear();
  scene.isAsked = false;
  vi.advanceTimersByTime(LIMIT_MS);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100 * LIMIT_MS);
  scene.ask();
  vi.advanceTimersByTime(LIMIT_MS - 1);
  expect(scene.isEnded).toBe(false);
  vi.advanceTimersByTime(1);
  expect(scene.isEnded).toBe(true);
});

test("a greeting that is never answered is ended, at each connecting anew; one that is done is left alone", () => {
  const scene = new Scene();
  for (const times of [1, 2, 3]) {
    scene.status = "connect";
    scene.emit("connect");
    vi.advanceTimersByTime(LIMIT_MS);
    expect(scene.stream.destroy).toHaveBeenCalledTimes(times);
    scene.status = "reconnecting";
    vi.advanceTimersByTime(LIMIT_MS);
  }
  scene.status = "connect";
  scene.emit("connect");
  scene.status = "ready";
  vi.advanceTimersByTime(100 * LIMIT_MS);
  expect(scene.stream.destroy).toHaveBeenCalledTimes(3);
});

test("the limit of a new connection does not begin before it", () => {
  const scene = new Scene();
  scene.ask();
  vi.advanceTimersByTime(LIMIT_MS - 1);
  scene.emit("connect");
  vi.advanceTimersByTime(LIMIT_MS - 1);
  expect(scene.isEnded).toBe(false);
});
