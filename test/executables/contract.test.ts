import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, test, vi } from "vitest";
import { ConfigurationError, Millrace, ProcessExitError, type TaskFailedError } from "../../src/index.ts";
import { SILENT, next, rejection, until } from "../features/settings.ts";
import { COMPILER, Workshop, compiled } from "./workshop.ts";

const NOBODY = 65_534;

describe("arguments", () => {
  test("texts arrive exactly as they are: empty, spaces, newlines, dashes, quotes, globs, non-ASCII", async () => {
    const workshop = new Workshop();
    workshop.bash("args", String.raw`printf '%s\0' "$@"`);
    const app = await workshop.open();
    const args = [
      "",
      " ",
      "two words",
      "line\nline\r\n",
      "-x",
      "--",
      "--help",
      "$(id) `id` $HOME",
      "*",
      `'"\\`,
      "ü€😀\u202e",
    ];
    const result = await app.result("args", ...args);
    assert.deepEqual(String(result).split("\0").slice(0, -1), args);
  });

  test("numbers and truth values arrive as JSON writes them", async () => {
    const workshop = new Workshop();
    workshop.bash("args", 'echo "$@"');
    const app = await workshop.open();
    assert.equal(await app.result("args", 200, -0.5, 2n ** 70n, true), "200 -0.5 1180591620717411303424 true\n");
  });

  test.each<[string, unknown, RegExp]>([
    ["an object", { a: 1 }, /argument 1: a program takes texts, numbers and truth values/],
    ["null", null, /argument 1: a program takes texts/],
    ["NUL", "a\0b", /argument 1: it holds a NUL character/],
    ["half of a surrogate pair", "\ud800", /argument 1: it holds half of a surrogate pair/],
    ["more than 128 KiB in one", "x".repeat(131_072), /argument 1: it has more than 131071 bytes/],
  ])("%s is refused for good, with the position", async (_what, arg, message) => {
    const workshop = new Workshop();
    workshop.bash("args", "echo ran");
    const app = await workshop.open();
    const record = await app.record("args", [arg], { retries: 3 });
    assert.equal(record.error?.code, "ERR_ARGUMENTS");
    assert.match(record.error.message, message);
    assert.equal(record.attempts.length, 1);
  });

  test("131,071 bytes in one argument still arrive; more than the system takes in all is refused for good", async () => {
    const workshop = new Workshop();
    workshop.bash("length", 'echo "${#1}"');
    const many = Array.from({ length: 21 }, () => "x".repeat(131_000));
    // With limits, it is another program that hears of it.
    for (const limits of [{}, { openFiles: 64 }]) {
      const app = await workshop.open({ limits }, { maxPayloadBytes: 4_000_000 });
      assert.equal(await app.result("length", "x".repeat(131_071)), "131071\n");
      const { error, attempts } = await app.record("length", many, { retries: 3 });
      assert.equal(error?.code, "ERR_ARGUMENTS");
      assert.match(error.message, /longer than the system passes to a program; send them with input: "json"/);
      assert.equal(attempts.length, 1);
    }
  });

  test('with input "json" the whole job arrives on standard input, of any size', async () => {
    const workshop = new Workshop();
    workshop.bash("job", 'cat; echo "$#"');
    const app = await workshop.open({ input: "json", queue: "media" });
    const args = [{ deep: [1, null, "ü"] }, 2n ** 60n, "x".repeat(300_000)];
    const text = String(
      await app.client
        .with({ meta: { user: "ada" }, timeout: "1m" })
        .send("job", ...args)
        .then((job) => job.result({ timeout: "15s" })),
    );
    const [line = "", count] = text.split("\n");
    assert.equal(count, "0");
    const job = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual(job["args"], [args[0], { $bigint: "1152921504606846976" }, args[2]]);
    assert.deepEqual(
      { protocol: job["protocol"], task: job["task"], queue: job["queue"], attempt: job["attempt"], meta: job["meta"] },
      { protocol: 1, task: "job", queue: "media", attempt: 1, meta: { user: "ada" } },
    );
    assert.match(String(job["id"]), /^\w{24}$/);
    assert.ok(Number(job["deadline"]) > Date.now());
  });
});

describe("results", () => {
  test("standard output is the result, exactly; without its last newline by option", async () => {
    const workshop = new Workshop();
    workshop.bash("say", "printf ' ü \\n\\n'");
    const app = await workshop.open({ tasks: { say: {} } });
    assert.equal(await app.result("say"), " ü \n\n");
    const trimming = await workshop.open({ trim: true });
    assert.equal(await trimming.result("say"), " ü \n");
  });

  test("as JSON by option, with every digit of a large number; nothing at all is no value", async () => {
    const workshop = new Workshop();
    workshop.bash("json", `echo '{"n":12345678901234567890,"a":[1.5,null]}'`);
    workshop.bash("nothing", "true");
    workshop.bash("broken", "echo '{'");
    const app = await workshop.open({ output: "json" });
    assert.deepEqual(await app.result("json"), { n: 12_345_678_901_234_567_890n, a: [1.5, null] });
    assert.equal(await app.result("nothing"), undefined);
    const { code, message } = await app.failure("broken", [], { retries: 3 });
    assert.equal(code, "ERR_PROTOCOL");
    assert.match(message, /the output of "broken" is to be JSON, and is none/);
  });

  test("bytes that are no UTF-8 come back exactly, as base64", async () => {
    const workshop = new Workshop();
    workshop.bash("bytes", "printf '\\x00\\xff\\xfe\\n\\x80'");
    const app = await workshop.open();
    assert.deepEqual(await app.result("bytes"), { base64: Buffer.from([0, 255, 254, 10, 128]).toString("base64") });
  });

  test("1 MiB is a result; a byte more fails for good and says how much it was, or loses its middle by option", async () => {
    const workshop = new Workshop();
    workshop.bash("much", `head -c "$1" /dev/zero | tr '\\0' '\\n'`);
    const app = await workshop.open();
    assert.equal(await app.result("much", 1_048_576), "\n".repeat(1_048_576));
    // What takes the most room in JSON is a result all the same.
    workshop.bash("zeros", "head -c 1048576 /dev/zero");
    assert.equal(await app.result("zeros"), "\0".repeat(1_048_576));
    const record = await app.record("much", [1_048_577], { retries: 3 });
    assert.equal(record.error?.code, "ERR_OUTPUT_TOO_LARGE");
    assert.match(record.error.message, /wrote 1048577 bytes on standard output, more than maxOutputBytes \(1048576\)/);
    assert.equal(record.attempts.length, 1);
    workshop.bash("ends", `printf 'ä%.0s' {1..2000}; printf 'ö%.0s' {1..2000}`);
    const cutting = await workshop.open({ overflow: "cut", maxOutputBytes: 1_025 });
    const text = String(await cutting.result("ends"));
    assert.match(text, /^ä{256}\n\[… 6976 bytes left out …\]\nö{256}$/);
  });

  test("an exit code, with what was on standard error", async () => {
    const workshop = new Workshop();
    workshop.bash("fails", "echo first >&2; echo 'cannot open it' >&2; exit 7");
    const app = await workshop.open();
    const job = await app.client.send("fails");
    const { cause } = (await rejection(job.result({ timeout: "15s" }))) as TaskFailedError;
    assert.ok(cause instanceof ProcessExitError);
    assert.deepEqual([cause.exitCode, cause.signal, cause.stderr], [7, undefined, "first\ncannot open it\n"]);
    assert.equal(cause.message, '"fails" exited with code 7: cannot open it');
    assert.equal(cause.code, "ERR_PROCESS_EXIT");
  });

  test("death by a signal is told by its name", async () => {
    const workshop = new Workshop();
    workshop.bash("segv", "kill -SEGV $$");
    workshop.bash("term", "kill -TERM $$");
    // What a shell makes of a child that was killed is an exit code, and stays one.
    workshop.bash("code", "exit 143");
    for (const containment of ["auto", "group"] as const) {
      const app = await workshop.open({ containment });
      assert.equal((await app.failure("segv")).details?.["signal"], "SIGSEGV");
      assert.equal((await app.failure("term")).details?.["signal"], "SIGTERM");
      assert.equal((await app.failure("code")).details?.["exitCode"], 143);
    }
  });

  test("text on standard error with exit code 0 succeeds, or fails where that is asked for", async () => {
    const workshop = new Workshop();
    workshop.bash("warns", "echo careful >&2; echo done");
    workshop.bash("quiet", "echo done");
    const app = await workshop.open();
    assert.equal(await app.result("warns"), "done\n");
    const strict = await workshop.open({ failOn: "stderr" });
    assert.equal(await strict.result("quiet"), "done\n");
    const { message, details } = await strict.failure("warns");
    assert.equal(message, '"warns" wrote on standard error: careful');
    assert.deepEqual([details?.["exitCode"], details?.["stderr"]], [0, "careful\n"]);
  });

  test("long standard error keeps its beginning and its end in the record, and more of it in the event", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "chatty",
      `echo BEGIN >&2; head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; echo END >&2; exit 1`,
    );
    const app = await workshop.open();
    const failed = next(app.worker, "failed");
    const { details } = await app.failure("chatty");
    const kept = String(details?.["stderr"]);
    assert.ok(kept.length <= 8_192);
    assert.match(kept, /^BEGIN\nx+… \(\d+ more\) …x+\nEND\n$/);
    assert.equal(details?.["stderrBytes"], 100_011);
    const { error } = await failed;
    assert.ok(error instanceof ProcessExitError);
    assert.equal(error.stderr.length, 100_011);
  });
});

describe("files", () => {
  test("those that appear are tasks at once, those that go are none", async () => {
    const workshop = new Workshop();
    const app = await workshop.open();
    const early = await app.client.send("later");
    await until(async () => (await early.peek())?.state === "queued");
    workshop.bash("later", "echo here");
    assert.equal(await early.result({ timeout: "15s" }), "here\n");
    assert.equal(await app.result("later"), "here\n");
    workshop.bash("now", "echo too");
    assert.equal(await app.result("now"), "too\n");
    rmSync(`${workshop.bin}/later`);
    const unknown = next(app.worker, "unknown-task");
    const late = await app.client.send("later");
    assert.equal((await unknown).task, "later");
    assert.equal((await late.peek())?.state, "queued");
    workshop.bash("later", "echo again");
    assert.equal(await late.result({ timeout: "15s" }), "again\n");
  });

  test("a file that is missing: its jobs wait, with a warning, and fail after the limit", async () => {
    const workshop = new Workshop();
    const app = await workshop.open();
    await app.worker.stop();
    const worker = app.app.worker({ executables: { folder: workshop.bin }, unknownTaskLimit: "300ms" });
    await worker.start();
    const record = await app.record("missing");
    assert.equal(record.error?.code, "ERR_TASK_UNKNOWN");
  });

  test("a file that is replaced runs as it is now", async () => {
    const workshop = new Workshop();
    workshop.bash("version", "echo one");
    const app = await workshop.open();
    assert.equal(await app.result("version"), "one\n");
    renameSync(workshop.bash("next", "echo two"), `${workshop.bin}/version`);
    assert.equal(await app.result("version"), "two\n");
  });

  test.each<[string, string, (workshop: Workshop) => void, RegExp]>([
    ["a folder", "not-a-file", (w) => mkdirSync(`${w.bin}/it`), /it is a folder/],
    ["no run bit", "not-executable", (w) => w.program("it", "#!/bin/sh\n", 0o644), /it has no run bit; chmod \+x/],
    [
      "one that others may write",
      "writable-by-others",
      (w) => w.program("it", "#!/bin/sh\n", 0o777),
      /writable by others/,
    ],
    ["one that its group may write", "writable-by-others", (w) => w.program("it", "#!/bin/sh\n", 0o775), /chmod go-w/],
    [
      "a link out of the folder",
      "outside-folder",
      (w) => symlinkSync("/bin/echo", `${w.bin}/it`),
      /leads out of the folder/,
    ],
    ["a link to nothing", "missing", (w) => symlinkSync("nowhere", `${w.bin}/it`), /it is not there/],
    ["a link to itself", "outside-folder", (w) => symlinkSync("it", `${w.bin}/it`), /lead nowhere/],
    [
      "a text without #!",
      "not-a-program",
      (w) => w.program("it", "echo hello\n"),
      /neither a program of this system nor a script/,
    ],
    ["an empty file", "not-a-program", (w) => w.program("it", ""), /it is empty/],
    ["half an ELF header", "not-a-program", (w) => w.program("it", Buffer.from("7f454c460201", "hex")), /cut off/],
    ["another processor's program", "not-a-program", (w) => w.program("it", foreignElf()), /another kind of processor/],
    [
      "an interpreter that is missing",
      "no-interpreter",
      (w) => w.program("it", "#!/no/such/shell\n"),
      /"\/no\/such\/shell" is not there/,
    ],
    [
      "an interpreter without a path",
      "no-interpreter",
      (w) => w.program("it", "#!bash\n"),
      /"bash" is no absolute path/,
    ],
    ["a #! line of Windows", "no-interpreter", (w) => w.program("it", "#!/bin/bash\r\necho\r\n"), /carriage return/],
    ["a #! line with nothing", "no-interpreter", (w) => w.program("it", "#!\n"), /names no interpreter/],
  ])("%s is not run, and the job says why; the worker lives on", async (_what, fault, make, message) => {
    const workshop = new Workshop();
    make(workshop);
    workshop.bash("fine", "echo fine");
    const app = await workshop.open();
    const error = await app.failure("it");
    if (fault === "missing") assert.match(error.message, message);
    else assert.deepEqual([error.code, error.details?.["fault"]], ["ERR_EXECUTABLE", fault]);
    assert.match(error.message, message);
    assert.equal(await app.result("fine"), "fine\n");
  });

  test("a link within the folder runs what it leads to", async () => {
    const workshop = new Workshop();
    workshop.bash("real", "echo real");
    symlinkSync("real", `${workshop.bin}/alias`);
    const app = await workshop.open();
    assert.equal(await app.result("alias"), "real\n");
  });

  test("a folder that others may write to runs nothing", async () => {
    const workshop = new Workshop();
    workshop.bash("it", "echo ran");
    const app = await workshop.open();
    chmodSync(workshop.bin, 0o777);
    assert.match((await app.failure("it")).message, /its folder is writable by others/);
  });

  test("a worker of such a folder says so when it starts", async () => {
    const workshop = new Workshop();
    const warnings: string[] = [];
    const logger = { ...SILENT, warn: (message: string) => void warnings.push(message) };
    await workshop.open({}, { logger });
    assert.deepEqual(warnings, []);
    chmodSync(workshop.bin, 0o775);
    await workshop.open({}, { logger });
    assert.deepEqual(warnings, [
      `executables: no file of ${workshop.bin} is run, because it is writable by others than its owner; chmod go-w takes that away`,
    ]);
  });

  test("options for a file that is not there are told of, with the one that may be meant", async () => {
    const workshop = new Workshop();
    workshop.bash("server", "echo ran");
    const warnings: string[] = [];
    const logger = { ...SILENT, warn: (message: string) => void warnings.push(message) };
    await workshop.open({ tasks: { server: {}, sevrer: { trim: true }, later: {} } }, { logger });
    assert.deepEqual(warnings, [
      `executables: there are options for "sevrer", and no such file in ${workshop.bin}; did you mean "server"?`,
      `executables: there are options for "later", and no such file in ${workshop.bin}`,
    ]);
  });

  test.runIf(COMPILER)("a program that is open for writing is busy, and runs when it is not any more", async () => {
    const workshop = new Workshop();
    const path = `${workshop.bin}/busy`;
    compiled('#include <stdio.h>\nint main() { puts("ran"); }', path);
    // Who hears of it: the launcher or setsid, prlimit, and who gives the program its language back.
    for (const options of [{}, { limits: { openFiles: 64 } }, { limits: { openFiles: 64 }, env: { LC_ALL: "C" } }]) {
      const app = await workshop.open(options);
      const writer = openSync(path, "r+");
      const error = await app.failure("busy");
      assert.deepEqual([error.code, error.details?.["fault"]], ["ERR_EXECUTABLE", "busy"]);
      const job = await app.client.with({ retries: 20, backoff: [50] }).send("busy");
      await next(app.worker, "retrying");
      closeSync(writer);
      assert.equal(await job.result({ timeout: "15s" }), "ran\n");
    }
  });

  test.each(["../x", "/bin/sh", "a\0b", "", ".hidden", "-rf"])("%j cannot even be sent", async (name) => {
    const workshop = new Workshop();
    const app = await workshop.open();
    assert.ok((await rejection(app.client.send(name))) instanceof ConfigurationError);
  });

  test("a name that leads out by a detour is no task, whatever is there", async () => {
    const workshop = new Workshop();
    mkdirSync(`${workshop.bin}/sub`);
    workshop.bash("outside", "echo out");
    renameSync(`${workshop.bin}/outside`, workshop.path("outside"));
    const app = await workshop.open();
    for (const name of ["sub/../../outside", "sub/x"]) {
      const unknown = next(app.worker, "unknown-task");
      const job = await app.client.send(name);
      assert.equal((await unknown).task, name);
      assert.equal((await job.peek())?.state, "queued");
    }
  });

  test("swapped for a link out of the folder in a loop: what was checked is what runs", async () => {
    const workshop = new Workshop();
    workshop.bash("target", "echo inside");
    const evil = workshop.bash("evil", "echo outside");
    renameSync(evil, workshop.path("evil"));
    const app = await workshop.open();
    const turn = (): Promise<void> =>
      new Promise((resolve) => {
        setImmediate(resolve);
      });
    const over = new AbortController();
    const swaps = (async (): Promise<number> => {
      let count = 0;
      for (; !over.signal.aborted; count += 1) {
        symlinkSync(workshop.path("evil"), `${workshop.bin}/.swap`);
        renameSync(`${workshop.bin}/.swap`, `${workshop.bin}/target`);
        await turn();
        workshop.bash(".swap", "echo inside");
        renameSync(`${workshop.bin}/.swap`, `${workshop.bin}/target`);
        await turn();
      }
      return count;
    })();
    const seen = new Map<string, number>();
    for (let round = 0; round < 60; round += 1) {
      const { state, result, error } = await app.record("target");
      const outcome = state === "succeeded" ? String(result) : String(error?.details?.["fault"]);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
    over.abort();
    assert.ok((await swaps) > 60);
    assert.deepEqual(
      [...seen.keys()].filter((outcome) => !["inside\n", "outside-folder", "busy"].includes(outcome)),
      [],
    );
    assert.ok((seen.get("inside\n") ?? 0) > 0);
    assert.ok((seen.get("outside-folder") ?? 0) > 0);
  });
});

describe("surroundings", () => {
  test("the environment is what is allowed, and what is told of the job; nothing else", async () => {
    vi.stubEnv("MILLRACE_STORE", "sqlite:./secret.db");
    vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=100");
    vi.stubEnv("LD_PRELOAD", "");
    vi.stubEnv("DATABASE_PASSWORD", "secret");
    vi.stubEnv("REGION", "north");
    const workshop = new Workshop();
    workshop.bash("env", "env -0");
    const app = await workshop.open({ env: { REGION: true, MODE: "fast", UNSET_HERE: true } });
    const job = await app.client
      .with({ timeout: "1m", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` })
      .send("env");
    const env = Object.fromEntries(
      String(await job.result({ timeout: "15s" }))
        .split("\0")
        .filter((line) => line !== "")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    const told = Object.keys(env).filter(
      (name) => !/^(PATH|HOME|USER|LOGNAME|SHELL|TZ|TMPDIR|LANG|LANGUAGE|LC_.*)$/.test(name),
    );
    assert.deepEqual(told.filter((name) => !["_", "PWD", "SHLVL", "OLDPWD"].includes(name)).sort(), [
      "MILLRACE_ATTEMPT",
      "MILLRACE_DEADLINE",
      "MILLRACE_FILE",
      "MILLRACE_JOB_ID",
      "MILLRACE_MESSAGES",
      "MILLRACE_PROTOCOL",
      "MILLRACE_QUEUE",
      "MILLRACE_RUN",
      "MILLRACE_TASK",
      "MODE",
      "REGION",
      "TRACEPARENT",
    ]);
    assert.deepEqual(
      [
        env["MILLRACE_JOB_ID"],
        env["MILLRACE_TASK"],
        env["MILLRACE_QUEUE"],
        env["MILLRACE_ATTEMPT"],
        env["MODE"],
        env["REGION"],
      ],
      [job.id, "env", "default", "1", "fast", "north"],
    );
    assert.equal(env["MILLRACE_FILE"], `${workshop.bin}/env`);
  });

  test.each([["NODE_OPTIONS"], ["LD_PRELOAD"], ["BASH_ENV"], ["MILLRACE_STORE"], ["NODE_CHANNEL_FD"]])(
    "%s is never passed on",
    async (name) => {
      const workshop = new Workshop();
      const error = await rejection(workshop.open({ env: { [name]: true } }));
      assert.ok(error instanceof ConfigurationError && error.message.includes(`no program gets ${name}`));
    },
  );

  test("the address of the store is refused under any name", async () => {
    vi.stubEnv("CACHE", "x=sqlite://db.example/jobs");
    const workshop = new Workshop();
    const app = new Millrace({ store: "sqlite://db.example/jobs" });
    assert.throws(
      () => app.worker({ executables: { folder: workshop.bin, env: { CACHE: true } } }),
      (error) =>
        error instanceof ConfigurationError && /CACHE holds the address of this app's store/.test(error.message),
    );
  });

  test("the working directory is private, fresh and removed, whatever is in it", async () => {
    const workshop = new Workshop();
    workshop.bash("cwd", "pwd; ls -A | wc -l; stat -c %a .; mkdir -p a/b; echo x > a/b/c; chmod 500 a/b");
    const app = await workshop.open();
    const folders: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const [folder = "", entries, mode] = String(await app.result("cwd")).split("\n");
      folders.push(folder);
      assert.deepEqual([entries, mode], ["0", "700"]);
      await until(() => !existsSync(folder));
    }
    assert.notEqual(folders[0], folders[1]);
    await app.worker.stop();
    assert.deepEqual(readdirSync(workshop.root), ["bin"]);
  });

  test("it is removed although its owner may not write to what is in it, as in a cache of modules", async () => {
    const workshop = new Workshop();
    chmodSync(workshop.root, 0o755);
    const parent = workshop.path("work");
    mkdirSync(parent);
    if (process.getuid?.() === 0) chownSync(parent, NOBODY, NOBODY);
    const entry = fileURLToPath(new URL("./programs/closed-folder.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [entry, parent, String(NOBODY)]);
    assert.deepEqual(JSON.parse(stdout), []);
  });

  test("where they are made may be cleared away meanwhile; where none can be made, it says so", async () => {
    const workshop = new Workshop();
    workshop.bash("cwd", "pwd");
    const parent = workshop.path("work");
    mkdirSync(parent);
    const app = await workshop.open({ workFolder: parent });
    await app.result("cwd");
    for (const name of readdirSync(parent)) rmSync(join(parent, name), { recursive: true });
    assert.match(String(await app.result("cwd")), /\/millrace-work-/);
    rmSync(parent, { recursive: true });
    const { code, message, details } = await app.failure("cwd");
    assert.deepEqual([code, details?.["fault"]], ["ERR_EXECUTABLE", "refused"]);
    assert.match(message, /"cwd" was not started: its working directory cannot be made: ENOENT: .*\/work\//);
  });

  /** A name as a worker here would give, whose process is no more: ids go up to 2^22. */
  async function nameOfDead(workshop: Workshop): Promise<string> {
    workshop.bash("cwd", "pwd");
    const first = await workshop.open();
    const base = basename(dirname(String(await first.result("cwd"))));
    await first.worker.stop();
    return workshop.path(base.replace(/-\d+-(?=\w+\s*$)/, "-4194999-"));
  }

  test("working directories that a dead worker left are removed by the next one", async () => {
    const workshop = new Workshop();
    const left = await nameOfDead(workshop);
    assert.match(left, /\/millrace-work-\w+-4194999-\w+$/);
    mkdirSync(`${left}/1/left`, { recursive: true });
    await workshop.open();
    assert.equal(existsSync(left), false);
  });

  test.runIf(process.getuid?.() === 0)("those that another user made are left to that user", async () => {
    const workshop = new Workshop();
    const other = await nameOfDead(workshop);
    mkdirSync(other);
    chownSync(other, NOBODY, NOBODY);
    await workshop.open();
    assert.equal(existsSync(other), true);
  });

  test.each<[string, object, string, RegExp]>([
    ["processor time", { cpu: "1s" }, "while :; do :; done", /SIGXCPU, its limit of processor time/],
    ["file size", { fileBytes: 4_096 }, "exec head -c 100000 /dev/zero > big", /SIGXFSZ, its limit of file size/],
    ["open files", { openFiles: 16 }, 'for n in {10..40}; do eval "exec $n</dev/null" || exit 9; done', /code (9|1)/],
    [
      "memory",
      { memoryBytes: 64 * 1024 * 1024 },
      "x=$(head -c 100000000 /dev/zero | tr '\\0' x); exit 0",
      /code \d|SIGKILL|SIGSEGV|SIGABRT/,
    ],
  ])("a limit of %s holds", async (_what, limits, code, message) => {
    const workshop = new Workshop();
    workshop.bash("greedy", code);
    const app = await workshop.open({ limits });
    assert.match((await app.failure("greedy")).message, message);
  });

  test.runIf(process.getuid?.() === 0)(
    "another user, where the worker is root: its id, its directory, its processes",
    async () => {
      const workshop = new Workshop();
      workshop.bash("who", "id -u; id -g; id -G; touch mine && stat -c %u mine; pwd");
      workshop.program("forks", "#!/bin/sh\nfor n in 1 2 3 4 5 6 7 8; do sleep 2 & done; wait\n");
      for (const containment of ["auto", "group"] as const) {
        const app = await workshop.open({ containment, user: { uid: 65_534, gid: 65_534 } });
        assert.match(String(await app.result("who")), /^65534\n65534\n65534\n65534\n/);
        const few = await workshop.open({ containment, user: { uid: 65_533, gid: 65_533 }, limits: { processes: 3 } });
        assert.match((await few.failure("forks")).message, /fork|Resource temporarily unavailable/i);
      }
    },
  );

  test("a program speaks its language; those that start it speak English, which is understood here", async () => {
    const workshop = new Workshop();
    const { PATH = "" } = process.env;
    const [real] = execFileSync("which", ["prlimit"], { encoding: "utf8" }).split("\n");
    const starters = workshop.path("starters");
    mkdirSync(starters);
    writeFileSync(
      join(starters, "prlimit"),
      `#!/bin/bash\necho "$LANG:$LC_ALL:$MODE" >> ${starters}/log\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    );
    vi.stubEnv("PATH", `${starters}:${PATH}`);
    workshop.bash("speaks", 'echo "$LANG:$LC_ALL:$MODE"');
    for (const containment of ["auto", "group"] as const) {
      const env = { LANG: "C.UTF-8", LC_ALL: "POSIX", MODE: "a=b c" };
      const app = await workshop.open({ containment, limits: { openFiles: 64 }, env });
      assert.equal(await app.result("speaks"), "C.UTF-8:POSIX:a=b c\n");
    }
    assert.equal(readFileSync(join(starters, "log"), "utf8"), "::a=b c\n".repeat(2));
  });

  test("standard input is empty where nothing is sent on it", async () => {
    const workshop = new Workshop();
    workshop.bash("reads", "wc -c");
    const app = await workshop.open();
    assert.equal(await app.result("reads"), "0\n");
  });
});

test("a folder that is not there is refused at once, and so are options that are none", () => {
  const workshop = new Workshop();
  const refused = (options: object, message: RegExp): void => {
    assert.throws(
      () => new Millrace({ store: "memory:" }).worker({ executables: options } as never),
      (error) => error instanceof ConfigurationError && message.test(error.message),
    );
  };
  refused({ folder: workshop.path("none") }, /none is not there; give the folder that the programs are in/);
  refused({ folder: "/etc/passwd" }, /\/etc\/passwd is no folder/);
  refused({ folder: workshop.bin, overflo: "cut" }, /did you mean "overflow"/);
  refused({ folder: workshop.bin, tasks: { "../x": {} } }, /no name for an executable/);
  refused({ folder: workshop.bin, tasks: { x: { isolation: "thread" } } }, /there is no option of executable "x"/);
  refused({ folder: workshop.bin, output: "xml" }, /output must be one of "text", "json"/);
  refused({ folder: workshop.bin, user: { uid: -1, gid: 0 } }, /user\.uid/);
});

/** The header of a program for a processor that is neither this one nor one it can be. */
function foreignElf(): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(243, 18);
  return header;
}
