import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { NODE_RANGE, nodeProblem } from "../../src/cli/node-problem.ts";
import { Workbench } from "./workbench.ts";

const PACKAGE = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
  engines: { node: string };
};
const COMMANDS = [
  "init",
  "worker",
  "send",
  "status",
  "result",
  "explain",
  "cancel",
  "list",
  "queues",
  "queues pause",
  "queues resume",
  "queues drain",
  "top",
  "dead list",
  "dead replay",
  "dead purge",
  "gateway",
  "token create",
  "token list",
  "token revoke",
  "doctor",
  "config",
  "completion",
];

describe("help and version", () => {
  const bench = new Workbench();
  afterAll(() => bench.remove());

  it("shows every command, and each with examples", async () => {
    const [all, none, ...each] = await Promise.all([
      bench.run(["--help"]),
      bench.run([]),
      ...COMMANDS.map((command) => bench.run(["help", ...command.split(" ")])),
    ]);
    expect(all.code).toBe(0);
    expect(none).toEqual(all);
    for (const command of COMMANDS) expect(all.stdout).toContain(`\n  ${command}`);
    for (const [at, { code, stdout }] of each.entries()) {
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage\n  millrace ${COMMANDS[at]}`);
      expect(stdout).toMatch(new RegExp(`Examples\n  .*millrace ${COMMANDS[at]}`));
      expect(stdout).toContain("--store <url>");
    }
  });

  it("shows the commands of a group, and those alone", async () => {
    const [flag, word] = await Promise.all([bench.run(["dead", "--help"]), bench.run(["help", "dead"])]);
    expect(flag).toEqual(word);
    expect(flag.code).toBe(0);
    expect(flag.stdout).toMatch(/^Usage\n {2}millrace dead <command>/);
    expect([...flag.stdout.matchAll(/^ {2}([a-z]+ [a-z]+) /gm)].map(([, name]) => name)).toEqual([
      "millrace dead",
      "dead list",
      "dead replay",
      "dead purge",
    ]);
  });

  it("tells no default of what is off unless it is given", async () => {
    const pages = await Promise.all(["init", "gateway", "worker"].map((command) => bench.run([command, "--help"])));
    for (const { stdout } of pages) expect(stdout).not.toMatch(/default: (true|false)/);
  });

  it("shows the version", async () => {
    const { code, stdout } = await bench.run(["--version"]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `millrace ${PACKAGE.version} (node ${process.versions.node}, sqlite ${process.versions["sqlite"]})\n`,
    );
  });
});

describe("nodeProblem", () => {
  it("knows the range that the package declares", () => {
    expect(NODE_RANGE).toBe(PACKAGE.engines.node);
  });

  it("lets the supported versions pass, and gives others a sentence", () => {
    const good = ["22.22.3", "22.30.0", "24.15.0", "24.21.0", "26.0.0", "27.1.0"];
    expect(good.map(nodeProblem)).toEqual(good.map(() => undefined));
    const bad = ["18.20.0", "20.20.2", "22.22.2", "23.11.0", "24.14.9", "25.2.0"];
    const sentence = /^millrace needs Node .* and this is \d+/;
    expect(bad.map(nodeProblem)).toEqual(bad.map(() => expect.stringMatching(sentence)));
  });
});
