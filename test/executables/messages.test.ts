import assert from "node:assert/strict";
import { chmodSync, readFileSync, renameSync } from "node:fs";
import { describe, test } from "vitest";
import { until } from "../features/settings.ts";
import { Workshop } from "./workshop.ts";

describe("messages on descriptor 3", () => {
  test("progress and log lines are seen while the program runs; the result is what it says, not its output", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "rich",
      `echo '{"type":"progress","value":{"done":1,"of":2}}' >&3
       echo '{"type":"log","message":"half of it"}' >&3
       until [ -e "$1" ]; do sleep 0.02; done
       echo noise
       echo '{"type":"result","value":[1,"zwei",12345678901234567890]}' >&3`,
    );
    const app = await workshop.open();
    const job = await app.client.send("rich", workshop.path("go"));
    const record = await until(async () => {
      const seen = await job.peek();
      return seen?.log.length === 1 ? seen : undefined;
    });
    assert.equal(record.state, "running");
    assert.deepEqual(record.progress, { done: 1, of: 2 });
    assert.equal(record.log[0]?.message, "half of it");
    workshop.program("../go", "");
    assert.deepEqual(await job.result({ timeout: "15s" }), [1, "zwei", 12_345_678_901_234_567_890n]);
  });

  test("retry asks for another attempt, after its own time; whatever the exit code", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "retries",
      `if [ "$MILLRACE_ATTEMPT" = 3 ]; then echo done; exit; fi
       echo '{"type":"retry","after":"20ms","error":"come back later"}' >&3
       exit "$1"`,
    );
    const app = await workshop.open();
    for (const code of [0, 75]) {
      const record = await app.record("retries", [code], { retries: 2, backoff: ["1h"] });
      assert.equal(record.result, "done\n");
      assert.deepEqual(
        record.attempts.map(({ outcome, error }) => [outcome, error?.message]),
        [
          ["failed", "come back later"],
          ["failed", "come back later"],
          ["succeeded", undefined],
        ],
      );
    }
  });

  test("fail is for good, with the program's own error", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "fails",
      `echo '{"type":"fail","error":{"name":"NoSuchUser","message":"ada","code":"E_USER"}}' >&3; exit 1`,
    );
    const app = await workshop.open();
    const { attempts, error } = await app.record("fails", [], { retries: 5 });
    assert.deepEqual([attempts.length, error?.name, error?.message, error?.code], [1, "NoSuchUser", "ada", "E_USER"]);
  });

  test("a result does not make up for an exit code", async () => {
    const workshop = new Workshop();
    workshop.bash("both", `echo '{"type":"result","value":1}' >&3; exit 4`);
    const app = await workshop.open();
    assert.equal((await app.failure("both")).details?.["exitCode"], 4);
  });

  test.each<[string, string, RegExp]>([
    ["no JSON", "echo 'hello' >&3", /it is no JSON: "hello"/],
    ["no object", "echo '[1]' >&3", /.*must be one of|no object/],
    ["an unknown type", `echo '{"type":"done"}' >&3`, /its type must be one of progress, log, result, retry and fail/],
    ["a log line that is none", `echo '{"type":"log","message":1}' >&3`, /its message must be a text/],
    ["a time that is none", `echo '{"type":"retry","after":"soon"}' >&3`, /after must be a duration/],
    ["bytes that are no UTF-8", `printf '"\\xff"\\n' >&3`, /it is not UTF-8/],
    ["a number that is none", `echo '{"type":"result","value":1e999}' >&3`, /Infinity is not a JSON number/],
  ])("%s fails the job for good, and says what was wrong", async (_what, code, message) => {
    const workshop = new Workshop();
    workshop.bash("wrong", code);
    workshop.bash("fine", "echo fine");
    const app = await workshop.open();
    const { attempts, error } = await app.record("wrong", [], { retries: 3 });
    assert.equal(attempts.length, 1);
    assert.match(error?.message ?? "", message);
    assert.ok(["ERR_PROTOCOL", "ERR_PAYLOAD"].includes(error?.code ?? ""));
    assert.equal(await app.result("fine"), "fine\n");
  });

  test("a message over the cap, and one without an end, fail the job for good", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "large",
      `{ printf '{"type":"result","value":"'; head -c 5000 /dev/zero | tr '\\0' x; echo '"}'; } >&3`,
    );
    workshop.bash("endless", "head -c 3000000 /dev/zero | tr '\\0' x >&3");
    const app = await workshop.open({ maxOutputBytes: 4_096 });
    for (const name of ["large", "endless"]) {
      const { attempts, error } = await app.record(name, [], { retries: 3 });
      assert.deepEqual([attempts.length, error?.code], [1, "ERR_OUTPUT_TOO_LARGE"]);
      assert.match(error?.message ?? "", /a message of more than 4096 bytes/);
    }
  });

  test("a program that dies in the middle of a message failed by its exit, and is tried again", async () => {
    const workshop = new Workshop();
    workshop.bash("torn", `[ "$MILLRACE_ATTEMPT" = 2 ] && exit 0; printf '{"type":"resu' >&3; kill -KILL $$`);
    const app = await workshop.open();
    const { attempts } = await app.record("torn", [], { retries: 1, backoff: "none" });
    assert.deepEqual(
      attempts.map(({ outcome, error }) => [outcome, error?.details?.["signal"]]),
      [
        ["failed", "SIGKILL"],
        ["succeeded", undefined],
      ],
    );
  });
});

describe("resident programs", () => {
  /** Answers with its process id, its count of jobs and the arguments, as it is told by the first. */
  const SERVER = `#!/usr/bin/env bash
count=0
while IFS= read -r line; do
  count=$((count + 1))
  case "$line" in
    *'"args":["die"'*) echo "it hurts" >&2; exit 9;;
    *'"args":["leave"'*) echo '{"type":"result","value":"left"}' >&3; exit 0;;
    *'"args":["hang"'*) trap '' TERM; while :; do sleep 1; done;;
    *'"args":["nonsense"'*) echo 'what?' >&3;;
    *'"args":["retry"'*) echo '{"type":"retry","after":1,"error":"again"}' >&3;;
    *) echo "{\\"type\\":\\"progress\\",\\"value\\":$count}" >&3
       echo "{\\"type\\":\\"result\\",\\"value\\":{\\"pid\\":$$,\\"count\\":$count}}" >&3;;
  esac
done
`;
  type Answer = { readonly pid: number; readonly count: number };

  async function served(
    options: object = {},
  ): Promise<Awaited<ReturnType<Workshop["open"]>> & { workshop?: Workshop }> {
    const workshop = new Workshop();
    workshop.program("server", SERVER);
    const opened = await workshop.open({ tasks: { server: { resident: true, ...options } } }, {}, { default: 1 });
    return Object.assign(opened, { workshop });
  }

  test("one process takes one job after another", async () => {
    const app = await served();
    const answers = [await app.result("server", "a"), await app.result("server", "b"), await app.result("server", "c")];
    assert.deepEqual(
      answers.map((answer) => (answer as Answer).count),
      [1, 2, 3],
    );
    assert.equal(new Set(answers.map((answer) => (answer as Answer).pid)).size, 1);
    assert.equal((await app.record("server", ["d"])).progress, 4);
  });

  test("a line has what varies between jobs; what does not is in the environment", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "echo",
      `while IFS= read -r line; do
         echo "{\\"type\\":\\"result\\",\\"value\\":[$line,\\"$MILLRACE_TASK\\",$MILLRACE_PROTOCOL]}" >&3
       done`,
    );
    const app = await workshop.open({ resident: true });
    const [bare, task, protocol] = (await app.result("echo", "ü", 2n ** 60n)) as [
      Record<string, unknown>,
      string,
      number,
    ];
    const { id, createdAt, ...rest } = bare;
    assert.deepEqual([task, protocol], ["echo", 1]);
    assert.match(String(id), /^\w{24}$/);
    assert.ok(Number(createdAt) <= Date.now());
    assert.deepEqual(rest, {
      queue: "default",
      attempt: 1,
      retriesLeft: 0,
      args: ["ü", { $bigint: "1152921504606846976" }],
    });
    const job = await app.client.with({ meta: { user: "ada" }, timeout: "1m" }).send("echo");
    const [rich] = (await job.result({ timeout: "15s" })) as [Record<string, unknown>];
    assert.deepEqual(rich["meta"], { user: "ada" });
    assert.ok(Number(rich["deadline"]) > Date.now());
  });

  test("jobs at once have a process each", async () => {
    const workshop = new Workshop();
    workshop.program(
      "slow",
      `#!/bin/bash\nwhile read -r line; do until [ -e "$MILLRACE_FILE.go" ]; do sleep 0.02; done; echo "{\\"type\\":\\"result\\",\\"value\\":$$}" >&3; done\n`,
    );
    // Outside of namespaces, process ids tell processes apart.
    const app = await workshop.open({ containment: "group", tasks: { slow: { resident: true } } }, {}, { default: 3 });
    const jobs = await Promise.all([1, 2, 3].map(() => app.client.send("slow")));
    await until(async () => (await app.client.queues())[0]?.counts.running === 3);
    workshop.program("slow.go", "");
    const pids = await Promise.all(jobs.map((job) => job.result({ timeout: "15s" })));
    assert.equal(new Set(pids).size, 3);
  });

  test("one that dies is replaced, and its job tried again", async () => {
    const app = await served();
    assert.equal(((await app.result("server", "a")) as Answer).count, 1);
    const { attempts, error } = await app.record("server", ["die"], { retries: 1, backoff: "none" });
    assert.equal(attempts.length, 2);
    assert.deepEqual([error?.details?.["exitCode"], error?.details?.["stderr"]], [9, "it hurts\n"]);
    assert.equal(((await app.result("server", "b")) as Answer).count, 1);
  });

  test("one that hangs is ended at its timeout, and replaced", async () => {
    const app = await served({ grace: 50 });
    const { attempts } = await app.record("server", ["hang"], { timeout: 200, retries: 1, backoff: "none" });
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ["timeout", "timeout"],
    );
    assert.equal(((await app.result("server", "b")) as Answer).count, 1);
  });

  test("one that leaves in good order costs the next job nothing", async () => {
    const app = await served();
    for (let round = 0; round < 5; round += 1) {
      assert.equal(await app.result("server", "leave"), "left");
      const { attempts, state } = await app.record("server", ["a"]);
      assert.deepEqual([state, attempts.length], ["succeeded", 1]);
    }
  });

  test("so it does after a job that it failed, or wanted to be tried again", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "once",
      `read -r line
      case "$line" in
        *refuse*) echo '{"type":"fail","error":"no"}' >&3;;
        *again*) echo '{"type":"retry","error":"again"}' >&3;;
        *) echo '{"type":"result","value":"fresh"}' >&3;;
      esac
      read -r line; exit 0`,
    );
    const app = await workshop.open({ resident: true }, {}, { default: 1 });
    for (const how of ["refuse", "again"]) {
      assert.equal((await app.record("once", [how])).state, "failed");
      assert.equal(await app.result("once", "plain"), "fresh");
      assert.equal(await app.result("once", "plain"), "fresh");
      assert.equal(await app.result("once", "plain"), "fresh");
    }
  });

  test("one that talks nonsense is out of step: the job fails for good, and another process takes the next", async () => {
    const app = await served();
    assert.equal(((await app.result("server", "a")) as Answer).count, 1);
    const { error, attempts } = await app.record("server", ["nonsense"], { retries: 3 });
    assert.deepEqual([error?.code, attempts.length], ["ERR_PROTOCOL", 1]);
    assert.equal(((await app.result("server", "b")) as Answer).count, 1);
  });

  test("it can ask for another attempt", async () => {
    const app = await served();
    const { attempts, error } = await app.record("server", ["retry"], { retries: 2 });
    assert.deepEqual([attempts.length, error?.message], [3, "again"]);
    assert.equal(((await app.result("server", "b")) as Answer).count, 4);
  });

  test("a new file takes over with the next job", async () => {
    const app = await served();
    await app.result("server", "a");
    app.workshop?.program(
      "server.next",
      `#!/bin/bash\nwhile read -r line; do echo '{"type":"result","value":"new"}' >&3; done\n`,
    );
    renameSync(`${app.workshop?.bin}/server.next`, `${app.workshop?.bin}/server`);
    assert.equal(await app.result("server", "b"), "new");
  });

  test("of a file that may not be run any more, nobody takes another job", async () => {
    const app = await served();
    await app.result("server", "a");
    chmodSync(`${app.workshop?.bin}/server`, 0o777);
    const { details } = await app.failure("server", ["b"]);
    assert.equal(details?.["fault"], "writable-by-others");
    chmodSync(`${app.workshop?.bin}/server`, 0o755);
    assert.equal(((await app.result("server", "c")) as Answer).count, 1);
  });

  test("it is told by the end of its input that there is nothing more to do", async () => {
    const workshop = new Workshop();
    workshop.program(
      "tidy",
      `#!/bin/bash\ntrap '' TERM\nwhile read -r line; do echo "{\\"type\\":\\"result\\",\\"value\\":\\"$MILLRACE_FILE\\"}" >&3; done\necho tidy > "$MILLRACE_FILE.done"\n`,
    );
    const app = await workshop.open({ grace: "10s", tasks: { tidy: { resident: true } } });
    await app.result("tidy");
    await app.worker.stop();
    assert.equal(readFileSync(`${workshop.bin}/tidy.done`, "utf8"), "tidy\n");
  });
});
