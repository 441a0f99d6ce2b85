import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, test, vi } from "vitest";
import { until } from "../features/settings.ts";
import { CONTAINMENTS, NO_NAMESPACES, Workshop, appeared, processesWith } from "./workshop.ts";

/** The launchers of a workshop's worker. */
function launchersOf({ root }: Workshop): number[] {
  const entries = new Set(processesWith("launcher/main"));
  return processesWith(`"workFolder":"${root}"`).filter((pid) => entries.has(pid));
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1_000;
}

for (const containment of CONTAINMENTS) {
  const missing = containment === "namespace" ? NO_NAMESPACES : undefined;
  describe.skipIf(missing !== undefined)(
    `a launcher, held by ${containment}${missing === undefined ? "" : `: not here, ${missing}`}`,
    () => {
      test("that is ended by SIGKILL takes its programs along; their jobs fail, say why, and are tried again", async () => {
        const workshop = new Workshop();
        const mark = `launcher-${process.pid}-${containment}`;
        workshop.bash(
          "first-stays",
          `[ "$MILLRACE_ATTEMPT" = 1 ] || { echo again; exit; }
          setsid bash -c 'exec -a "$0" sleep 1000' "$1" & touch "$2"; exec -a "$1" sleep 1000`,
        );
        const opened = await workshop.open({ containment });
        const job = await opened.client
          .with({ retries: 1, backoff: "none" })
          .send("first-stays", mark, workshop.path("begun"));
        await appeared(workshop.path("begun"));
        await until(() => processesWith(mark).length >= 2);
        let leftAtRetry: number[] | undefined;
        opened.worker.on("retrying", () => (leftAtRetry = processesWith(mark)));
        for (const pid of launchersOf(workshop)) process.kill(pid, "SIGKILL");
        assert.equal(await job.result({ timeout: "15s" }), "again\n");
        assert.deepEqual(leftAtRetry, []);
        const live = launchersOf(workshop).map(String);
        await until(() =>
          readdirSync(workshop.root)
            .filter((name) => name.startsWith("millrace-work"))
            .every((name) => live.some((pid) => name.includes(`-${pid}-`))),
        );
        const { attempts } = (await job.peek()) ?? {};
        assert.equal(attempts?.[0]?.error?.code, "ERR_PROCESS_EXIT");
        assert.match(
          attempts[0].error.message,
          /"first-stays" was ended by SIGKILL: the process that starts programs for this worker ended, by SIGKILL/,
        );
      });
    },
  );
}

test("what a service manager sends to every process of a worker ends no program before the worker does", async () => {
  const workshop = new Workshop();
  workshop.bash("waits", `touch "$1"; until [ -e "$2" ]; do sleep 0.02; done; echo done`);
  const opened = await workshop.open();
  const job = await opened.client.send("waits", workshop.path("begun"), workshop.path("go"));
  await appeared(workshop.path("begun"));
  const launchers = launchersOf(workshop);
  assert.equal(launchers.length, 1);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.kill(launchers[0] ?? 0, signal);
  workshop.program("../go", "");
  assert.equal(await job.result({ timeout: "15s" }), "done\n");
  assert.deepEqual(launchersOf(workshop), launchers);
});

test("it is gone, and its working directories, when the worker has stopped", async () => {
  const workshop = new Workshop();
  workshop.bash("here", "pwd; sleep 0.2");
  const { app, client } = await workshop.open({ workFolder: relative(process.cwd(), workshop.root) });
  const jobs = await client.sendMany(
    "here",
    Array.from({ length: 10 }, () => []),
  );
  for (const job of jobs) assert.ok(String(await job.result({ timeout: "15s" })).startsWith(`${workshop.root}/`));
  assert.ok(launchersOf(workshop).length > 0);
  await app.close();
  assert.deepEqual(launchersOf(workshop), []);
  assert.deepEqual(
    readdirSync(workshop.root).filter((name) => name.startsWith("millrace-work")),
    [],
  );
});

test("one that does not answer any more holds up no stop of its worker for long, and leaves no program", async () => {
  const workshop = new Workshop();
  const mark = `silent-${process.pid}`;
  workshop.bash("stays", `touch "$2"; exec -a "$1" sleep 1000`);
  const { worker, client } = await workshop.open({ containment: "group" });
  const job = await client.send("stays", mark, workshop.path("begun"));
  await appeared(workshop.path("begun"));
  for (const pid of launchersOf(workshop)) process.kill(pid, "SIGSTOP");
  await worker.stop({ timeout: 0 });
  assert.deepEqual([launchersOf(workshop), processesWith(mark)], [[], []]);
  assert.equal((await job.peek())?.state, "queued");
});

test("a worker of resident programs only has none", async () => {
  const workshop = new Workshop();
  workshop.bash("resident", `while read -r line; do echo '{"type":"result","value":1}' >&3; done`);
  const opened = await workshop.open({ resident: true });
  assert.equal(await opened.result("resident"), 1);
  assert.deepEqual(launchersOf(workshop), []);
});

test("while the worker's thread is busy, messages wait with the program that says them, and none is lost", async () => {
  const workshop = new Workshop();
  const line = `{"type":"progress","value":"${"x".repeat(60_000)}"}\n`;
  writeFileSync(workshop.path("long"), line.repeat(100));
  const result = `echo '{"type":"result","value":"said"}' >&3`;
  workshop.bash("talks", `touch "$1"; for n in {1..60}; do cat "$2"; done >&3; ${result}`);
  // It has ended when the worker listens again, and what it said is more than is read at once.
  workshop.bash("short", `touch "$1"; sleep 0.3; head -n 2 "$2" >&3; ${result}`);
  const opened = await workshop.open({ containment: "group" });
  const jobs = [
    await opened.client.send("talks", workshop.path("talks"), workshop.path("long")),
    await opened.client.send("short", workshop.path("short"), workshop.path("long")),
  ];
  await appeared(workshop.path("short"));
  await appeared(workshop.path("talks"));
  const [launcher = 0] = launchersOf(workshop);
  const before = residentMb(launcher);
  // Longer than output is waited for once a program is gone.
  const over = performance.now() + 1_500;
  while (performance.now() < over);
  const grown = residentMb(launcher) - before;
  // What waits is 360; what has been sent and not been collected yet, some 50.
  assert.ok(grown < 128, `${grown} MB`);
  for (const job of jobs) assert.equal(await job.result({ timeout: "30s" }), "said");
});

test("one that cannot be started fails the attempt, and is tried again with the next", async () => {
  const workshop = new Workshop();
  workshop.bash("fine", "echo fine");
  const entry = fileURLToPath(new URL("./programs/without-descriptors.ts", import.meta.url));
  const script = 'ulimit -n 256; exec "$@"';
  const { stdout } = await promisify(execFile)("bash", ["-c", script, "", process.execPath, entry, workshop.bin]);
  assert.deepEqual(JSON.parse(stdout), [
    ["failed", "ERR_EXECUTABLE", 'executable "fine" was not started: EMFILE'],
    ["succeeded", "", ""],
  ]);
});

test("descriptors that are short fail the attempt that wants them, and nothing else", async () => {
  const workshop = new Workshop();
  workshop.bash("resident", `read -r line; echo '{"type":"result","value":1}' >&3`);
  const entry = fileURLToPath(new URL("./programs/few-descriptors.ts", import.meta.url));
  const script = 'ulimit -n 256; exec "$@"';
  const { stdout } = await promisify(execFile)("bash", ["-c", script, "", process.execPath, entry, workshop.bin]);
  const outcomes = JSON.parse(stdout) as string[];
  assert.equal(outcomes.at(-1), "succeeded");
  assert.deepEqual([...new Set(outcomes)].sort(), ["ERR_EXECUTABLE", "succeeded"]);
});

test.skipIf(NO_NAMESPACES !== undefined)(
  "one that found no namespaces when it started, for want of processes, looks again for the next job",
  async () => {
    const workshop = new Workshop();
    const path = workshop.path("path");
    mkdirSync(path);
    const [full, unshare] = [workshop.path("full"), join(path, "unshare")];
    writeFileSync(
      unshare,
      `#!/bin/sh\nPATH=\${PATH#*:}:/usr/sbin:/usr/bin:/sbin:/bin\n[ ! -e ${full} ] || exit 1\nexec unshare "$@"\n`,
      { mode: 0o755 },
    );
    vi.stubEnv("PATH", `${path}:${process.env["PATH"] ?? ""}`);
    workshop.bash("fine", "echo fine");
    const opened = await workshop.open({ containment: "namespace" });
    assert.equal(await opened.result("fine"), "fine\n");
    writeFileSync(full, "");
    for (const pid of launchersOf(workshop)) process.kill(pid, "SIGKILL");
    await until(async () => (await opened.record("fine")).error?.code === "ERR_CAPABILITY", 15_000);
    rmSync(full);
    assert.equal(await opened.result("fine"), "fine\n");
  },
);
