import assert from "node:assert/strict";
import { test } from "vitest";
import { JobIds } from "./job-ids.ts";
import { checkId } from "./names.ts";

test("ids are unique, of one length, valid, and sort in the order they were made", () => {
  let now = Date.UTC(2030, 0, 1);
  const ids = new JobIds(() => now);
  const made: string[] = [];
  for (let n = 0; n < 10_000; n += 1) {
    if (n % 100 === 0) now += n % 300;
    made.push(ids.next());
  }
  assert.equal(new Set(made).size, made.length);
  assert.deepEqual(made.toSorted(), made);
  const check: (id: unknown) => void = checkId;
  for (const id of made) {
    assert.match(id, /^[0-9a-z]{24}$/);
    check(id);
  }
});

test("a clock that steps back brings nothing back", () => {
  const moments = [1_000_000, 999_000, 999_999, 1_000_000, 1_000_001, 5];
  const ids = new JobIds(() => moments.shift() ?? 5);
  const made = Array.from({ length: 20 }, () => ids.next());
  assert.equal(new Set(made).size, 20);
  assert.deepEqual(made.toSorted(), made);
});

test("a full counter goes on in the next millisecond, and the clock catches up", () => {
  let now = 1_000_000;
  const ids = new JobIds(() => now);
  const span = 36 ** 4;
  const first = ids.next();
  for (let n = 2; n < span; n += 1) ids.next();
  const last = ids.next();
  const wrapped = ids.next();
  const after = ids.next();
  assert.equal(last.slice(0, 20), first.slice(0, 20));
  assert.ok(first < last && last < wrapped && wrapped < after);
  assert.notEqual(wrapped.slice(0, 9), last.slice(0, 9));
  now += 1;
  assert.ok(ids.next() > after);
  now += 1;
  assert.ok(ids.next() > after);
});

test("two makers never share a block", () => {
  const now = (): number => 1_000_000;
  const [one, other] = [new JobIds(now).next(), new JobIds(now).next()];
  assert.notEqual(one, other);
  assert.equal(one.slice(0, 9), other.slice(0, 9));
});
