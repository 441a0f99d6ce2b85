import { expect, test } from "vitest";
import { JobRecord } from "../../src/index.ts";
import { verdictOf } from "./checker.ts";
import type { Entry } from "./scene.ts";

function record(id: string, state: "succeeded" | "running", result?: number): [string, JobRecord] {
  const fields = {
    id,
    task: "steady",
    queue: "default",
    state,
    priority: 0,
    args: [],
    attempt: 1,
    attempts: [],
    crashes: 0,
    cancelRequested: false,
    createdAt: 0,
    log: [],
    resultGone: false,
    ...(result === undefined ? {} : { result }),
  };
  return [id, new JobRecord(fields)];
}

const start = (id: string, pid: number): Entry => ({ id, what: "start", pid });
const end = (id: string, pid: number): Entry => ({ id, what: "end", pid });

test("the checker finds what is lost, unexpected, run twice without a reason, and recorded against the ledger", () => {
  const verdict = verdictOf({
    accepted: ["good", "gone", "stuck", "twice", "killed", "false"],
    records: new Map([
      record("good", "succeeded", 1),
      record("stuck", "running"),
      record("twice", "succeeded", 2),
      record("killed", "succeeded", 2),
      record("false", "succeeded", 7),
      record("stranger", "succeeded", 1),
    ]),
    runs: [
      ...["good", "stranger", "false"].flatMap((id) => [start(id, 1), end(id, 1)]),
      ...[start("twice", 1), start("twice", 2), end("twice", 2)],
      ...[start("killed", 9), start("killed", 2), end("killed", 2)],
    ],
    killed: new Set([9]),
  });
  expect(verdict).toEqual({
    accepted: 6,
    lost: ["gone", "stuck"],
    unexpected: ["stranger"],
    duplicated: ["twice", "killed"],
    explained: ["killed"],
    contradicted: ["false"],
  });
});
