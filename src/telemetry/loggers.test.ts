import { expect, test } from "vitest";
import { ConsoleLogger } from "./console-logger.ts";
import { JsonLogger } from "./json-logger.ts";

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

test("a console logger writes what is of its level and above, a line each", () => {
  const lines: string[] = [];
  const logger = new ConsoleLogger("warn", (line) => lines.push(line));
  logger.debug("no");
  logger.info("no");
  logger.warn("took long", { id: "a-1", ms: 12, why: "a lock", none: undefined });
  logger.error("failed", { big: 2n ** 64n });
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(String.raw`^${TIME} warn {2}millrace: took long id=a-1 ms=12 why="a lock"$`)),
    expect.stringMatching(/ error millrace: failed big="18446744073709551616n"$/),
  ]);
});

test("a JSON logger writes objects, and one that cannot be written costs only its facts", () => {
  const lines: string[] = [];
  const logger = new JsonLogger("info", (line) => lines.push(line));
  const loop: { self?: unknown } = {};
  loop.self = loop;
  logger.debug("no");
  logger.info("ready\nand well", {
    queue: "default",
    big: 5n,
    error: new TypeError("it broke"),
    message: "not this one",
  });
  logger.warn("odd", { loop });
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    {
      at: expect.stringMatching(new RegExp(`^${TIME}$`)),
      level: "info",
      message: "ready\nand well",
      queue: "default",
      big: "5n",
      error: "TypeError: it broke",
    },
    { at: expect.any(String), level: "warn", message: "odd" },
  ]);
  expect(lines.every((line) => !line.includes("\n"))).toBe(true);
});

test("what is secret is in no line, wherever it stands", () => {
  const lines: string[] = [];
  const fields = {
    url: "redis://user:geheim@host/0",
    password: "geheim",
    headers: { authorization: "Bearer geheim" },
    error: new Error("cannot reach redis://:geheim@host"),
  };
  for (const logger of [
    new ConsoleLogger("info", (line) => lines.push(line)),
    new JsonLogger("info", (line) => lines.push(line)),
  ]) {
    logger.info("opening redis://user:geheim@host/0?password=geheim", fields);
  }
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).not.toContain("geheim");
    expect(line).toContain("redis://***@host/0");
  }
});
