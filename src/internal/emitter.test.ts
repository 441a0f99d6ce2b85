import assert from "node:assert/strict";
import { test } from "vitest";
import { Emitter } from "./emitter.ts";

interface Events {
  readonly one: number;
  readonly other: string;
}

const unexpected = (error: unknown): never => {
  throw new Error("a listener threw", { cause: error });
};

test("listeners are called in order, and no longer once they are off", () => {
  const emitter = new Emitter<Events>(unexpected);
  const heard: unknown[] = [];
  assert.equal(emitter.has("one"), false);
  const off = emitter.on("one", (event) => heard.push(["first", event]));
  emitter.on("one", (event) => heard.push(["second", event]));
  emitter.on("other", (event) => heard.push(event));
  emitter.emit("one", 1);
  off();
  off();
  emitter.emit("one", 2);
  assert.deepEqual(heard, [
    ["first", 1],
    ["second", 1],
    ["second", 2],
  ]);
  assert.equal(emitter.has("one"), true);
});

test("what a listener throws stops no other, and is told once", () => {
  const thrown: unknown[] = [];
  const emitter = new Emitter<Events>((error) => thrown.push(error));
  const heard: number[] = [];
  emitter.on("one", () => {
    throw new RangeError("mine");
  });
  emitter.on("one", (event) => heard.push(event));
  emitter.emit("one", 5);
  assert.deepEqual(heard, [5]);
  assert.equal((thrown[0] as Error).message, "mine");
  assert.equal(thrown.length, 1);
});

test("a listener may take itself off while it is called", () => {
  const emitter = new Emitter<Events>(unexpected);
  let heard = 0;
  const off = emitter.on("one", () => {
    heard += 1;
    off();
  });
  emitter.emit("one", 1);
  emitter.emit("one", 2);
  assert.equal(heard, 1);
  assert.equal(emitter.has("one"), false);
});
