import { expect, it } from "vitest";
import { visible, visibleJson, visibleLines } from "./visible.ts";

const EVIL = "a\n\t\r\u001b[31m\u009b\u007f\u202e\u2028\u{e0041}\ud800é👩‍👩‍👧";

it("writes out what could steer a terminal, and leaves what people write", () => {
  expect(visible(EVIL)).toBe("a\\n\\t\\r\\x1b[31m\\x9b\\x7f\\u202e\\u2028\\u{e0041}\\ud800é👩‍👩‍👧");
  expect(visibleLines(EVIL)).toMatch(/^a\n\t\\r\\x1b/);
});

it("keeps the value of a JSON text", () => {
  const json = JSON.stringify({ [EVIL]: [EVIL] }, null, 2);
  const shown = visibleJson(json);
  expect(JSON.parse(shown)).toEqual({ [EVIL]: [EVIL] });
  expect(visible(shown.replaceAll("\n", ""))).toBe(shown.replaceAll("\n", ""));
});
