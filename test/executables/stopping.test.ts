import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Millrace } from "../../src/index.ts";
import { next, until } from "../features/settings.ts";
import { CONTAINMENTS, NO_NAMESPACES, Workshop, appeared, processesWith } from "./workshop.ts";

/** Ignores SIGTERM, as do its children: plain, in a session of its own, and without a parent in a session of its own. */
const STUBBORN = `
trap '' TERM
touch "$1"
sleep "$2" &
setsid sleep "$2" &
( setsid bash -c 'trap "" TERM HUP; sleep "$0"; true' "$2" & ) &
( ( exec -a "$2" bash -c 'while :; do sleep 0.1 "$0"; done' "$2" </dev/null >/dev/null 2>&1 & ) & )
sleep "$2"
`;

const NOBODY = 65_534;

let runs = 0;

/** A time to sleep that no other process on this machine sleeps. */
function mark(): string {
  runs += 1;
  return `98${process.pid}.${runs}`;
}

/** What is left of it soon after it was to end: within a second, on a machine with nothing else to do. */
async function leftOf(text: string): Promise<string[]> {
  await until(() => processesWith(text).length === 0).catch(() => undefined);
  return processesWith(text).map((pid) => `${pid} ${commandLine(pid)}`);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "gone by now";
  }
}

function isStopped(pid: number): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
}

for (const containment of CONTAINMENTS) {
  const missing = containment === "namespace" ? NO_NAMESPACES : undefined;
  describe.skipIf(missing !== undefined)(
    `held by ${containment}${missing === undefined ? "" : `: not here, ${missing}`}`,
    () => {
      test("it is said at start what is in force", async () => {
        const workshop = new Workshop();
        const { worker } = await workshop.open();
        await worker.stop();
        const lines: unknown[] = [];
        const silent = (): void => undefined;

        await using app = new Millrace({
          store: "memory:",
          logger: {
            debug: silent,
            warn: silent,
            error: silent,
            info: (message, fields) => lines.push([message, fields]),
          },
        });
        const other = app.worker({ executables: { folder: workshop.bin, containment } });
        const ready = next(other, "ready");
        await other.start();
        assert.deepEqual((await ready).executables, { folder: workshop.bin, containment });
        assert.deepEqual(lines, [["executables", { folder: workshop.bin, containment }]]);
      });

      test("a timeout sends SIGTERM, and a program that heeds it ends by itself", async () => {
        const workshop = new Workshop();
        workshop.bash("polite", `trap 'echo bye > "$1"; exit 0' TERM; touch "$2"; while :; do sleep 0.05; done`);
        const { client } = await workshop.open({ containment, grace: "10s" });
        const job = await client
          .with({ timeout: "500ms" })
          .send("polite", workshop.path("bye"), workshop.path("begun"));
        const before = performance.now();
        const record = await job.wait({ timeout: "15s" });
        assert.equal(record.error?.code, "ERR_TASK_TIMEOUT");
        assert.equal(record.attempts[0]?.outcome, "timeout");
        assert.ok(performance.now() - before < 9_000);
        assert.equal(readFileSync(workshop.path("bye"), "utf8"), "bye\n");
      });

      test("SIGTERM goes to the children of a shell, too, so that it need not wait for them", async () => {
        const workshop = new Workshop();
        const seconds = mark();
        workshop.bash("waits", `trap 'exit 0' TERM; sleep ${seconds}`);
        const { client } = await workshop.open({ containment, grace: "10s" });
        const before = performance.now();
        const job = await client.with({ timeout: "300ms" }).send("waits");
        await job.wait({ timeout: "15s" });
        assert.ok(performance.now() - before < 9_000);
        assert.deepEqual(await leftOf(seconds), []);
      });

      test("what ignores SIGTERM is ended after the grace time, and the slot is free then; a retry starts after that", async () => {
        const workshop = new Workshop();
        const seconds = mark();
        workshop.bash("stubborn", STUBBORN.replace('touch "$1"', `echo "$(pgrep -fc 'sleep ${seconds}')" >> "$1"`));
        const opened = await workshop.open({ containment }, {}, { default: 1 });
        const record = await opened.record("stubborn", [workshop.path("seen"), seconds], {
          timeout: "400ms",
          retries: 1,
          backoff: "none",
        });
        assert.deepEqual(
          record.attempts.map(({ outcome }) => outcome),
          ["timeout", "timeout"],
        );
        // In a group, what has left it is only found when the worker ends.
        if (containment !== "group") {
          assert.deepEqual(await leftOf(seconds), []);
          assert.equal(readFileSync(workshop.path("seen"), "utf8"), "0\n0\n");
        }
        await opened.app.close();
        assert.deepEqual(await leftOf(seconds), []);
      });

      test("cancellation ends it in the same way", async () => {
        const workshop = new Workshop();
        const seconds = mark();
        workshop.bash("stubborn", STUBBORN);
        const { client, app } = await workshop.open({ containment, grace: 100 });
        const job = await client.send("stubborn", workshop.path("begun"), seconds);
        await appeared(workshop.path("begun"));
        await job.cancel();
        assert.equal((await job.wait({ timeout: "15s" })).state, "cancelled");
        if (containment === "group") await app.close();
        assert.deepEqual(await leftOf(seconds), []);
      });

      test("what it leaves behind when it ends well is ended, too, and holds nothing up", async () => {
        const workshop = new Workshop();
        const seconds = mark();
        workshop.bash(
          "daemon",
          `setsid sleep ${seconds} & sleep ${seconds} & ( setsid sleep ${seconds} & ) & echo started`,
        );
        const opened = await workshop.open({ containment });
        assert.equal(await opened.result("daemon"), "started\n");
        if (containment === "group") await opened.app.close();
        assert.deepEqual(await leftOf(seconds), []);
      });

      test("a worker that stops ends what still runs before it gives the job back, uncharged", async () => {
        const workshop = new Workshop();
        const seconds = mark();
        workshop.bash("stubborn", STUBBORN);
        const { client, worker, app } = await workshop.open({ containment, grace: "20s" });
        const job = await client.send("stubborn", workshop.path("begun"), seconds);
        await until(() => processesWith(seconds).length > 0);
        let left: number | undefined;
        worker.on("released", () => {
          left = processesWith(seconds).filter((pid) => commandLine(pid).startsWith("/bin/bash")).length;
        });
        await worker.stop({ timeout: "50ms" });
        assert.equal(left, 0);
        const record = await job.peek();
        assert.deepEqual([record?.state, record?.attempt], ["queued", 0]);
        await app.close();
        assert.deepEqual(await leftOf(seconds), []);
      });

      test("the tree dies with its worker, even one ended by SIGKILL", async () => {
        const workshop = new Workshop();
        const seconds = mark();
        workshop.bash("stubborn", STUBBORN);
        workshop.bash("resident", `read -r line; sleep ${seconds}`);
        const entry = fileURLToPath(new URL("./programs/worker.ts", import.meta.url));
        const worker = spawn(process.execPath, [entry, workshop.bin, containment, workshop.path("begun"), seconds], {
          stdio: "ignore",
        });
        try {
          await appeared(workshop.path("begun"));
          await until(() => processesWith(seconds).length >= 5, 15_000);
        } finally {
          worker.kill("SIGKILL");
          await once(worker, "exit");
        }
        assert.deepEqual(await leftOf(seconds), []);
      });

      test("nothing stays of one that is stopped when its launcher or its worker is ended by SIGKILL", async () => {
        for (const whom of ["worker", "launcher"]) {
          const workshop = new Workshop();
          const seconds = mark();
          const begun = workshop.path("begun");
          workshop.bash("stubborn", `[ ! -e "$1" ] || exit 0; touch "$1"; kill -STOP $$; sleep "$2"`);
          workshop.bash("resident", "read -r line");
          const entry = fileURLToPath(new URL("./programs/worker.ts", import.meta.url));
          const worker = spawn(process.execPath, [entry, workshop.bin, containment, begun, seconds], {
            stdio: "ignore",
            env: { ...process.env, TMPDIR: workshop.root },
          });
          const launchers = (): number[] => processesWith(`"workFolder":"${workshop.root}"`);
          const ofProgram = (): number[] => processesWith(seconds).filter((pid) => pid !== worker.pid);
          try {
            await appeared(begun);
            await until(() => ofProgram().length > 0 && ofProgram().every(isStopped), 15_000);
            if (whom === "launcher") {
              for (const pid of launchers()) process.kill(pid, "SIGKILL");
              await until(() => ofProgram().length === 0);
            }
          } finally {
            worker.kill("SIGKILL");
            await once(worker, "exit");
          }
          await until(() => [...ofProgram(), ...launchers()].length === 0).catch(() => undefined);
          assert.deepEqual([...ofProgram(), ...launchers()], []);
        }
      });
    },
  );
}

test("what gets away is what is documented: from a group, whatever leaves it, as long as the worker lives", async () => {
  const workshop = new Workshop();
  const seconds = mark();
  // It has left when its session is its own.
  workshop.bash(
    "leaves",
    `setsid sleep ${seconds} >/dev/null 2>&1 &
until read -r _ _ _ _ _ session _ < /proc/$!/stat && [ "$session" = $! ]; do :; done
echo left`,
  );
  const opened = await workshop.open({ containment: "group" });
  assert.equal(await opened.result("leaves"), "left\n");
  expect(processesWith(seconds).length).toBe(1);
  await opened.app.close();
  assert.deepEqual(await leftOf(seconds), []);
});

test("a look at all processes that cannot be made, for want of descriptors, is made again", () => {
  const entry = fileURLToPath(new URL("./programs/sweep-without-descriptors.ts", import.meta.url));
  const { stdout, stderr } = spawnSync("bash", ["-c", 'ulimit -n 256; exec "$@"', "", process.execPath, entry]);
  assert.equal(stderr.toString(), "");
  assert.deepEqual(JSON.parse(stdout.toString()), { wereClosed: true, signal: "SIGKILL" });
});

/** Why another user could not run this; `undefined` where it can. */
const NOT_AS_NOBODY: string | undefined = (() => {
  if (process.getuid?.() !== 0) return "this is not root";
  const entry = fileURLToPath(new URL("./programs/worker.ts", import.meta.url));
  const { status } = spawnSync(process.execPath, ["--check", entry], { uid: NOBODY, gid: NOBODY, cwd: "/" });
  return status === 0 ? undefined : "the repository is not readable for others";
})();

describe.skipIf(NOT_AS_NOBODY !== undefined)(
  `without root${NOT_AS_NOBODY === undefined ? "" : `: ${NOT_AS_NOBODY}`}`,
  () => {
    test.each(CONTAINMENTS.filter((containment) => containment !== "namespace" || NO_NAMESPACES === undefined))(
      "%s works as well: a tree dies with its worker",
      async (containment) => {
        const workshop = new Workshop();
        const seconds = mark();
        workshop.bash("stubborn", STUBBORN);
        workshop.bash("resident", `read -r line; sleep ${seconds}`);
        chmodSync(workshop.root, 0o777);
        const entry = fileURLToPath(new URL("./programs/worker.ts", import.meta.url));
        const worker = spawn(process.execPath, [entry, workshop.bin, containment, workshop.path("begun"), seconds], {
          stdio: "ignore",
          uid: NOBODY,
          gid: NOBODY,
          cwd: "/",
        });
        try {
          await appeared(workshop.path("begun"));
          assert.equal(statSync(workshop.path("begun")).uid, NOBODY);
          await until(() => processesWith(seconds).length >= 5, 15_000);
        } finally {
          worker.kill("SIGKILL");
          await once(worker, "exit");
        }
        assert.deepEqual(await leftOf(seconds), []);
      },
    );
  },
);

test.skipIf(NO_NAMESPACES !== undefined)(
  "what stands between a launcher and a program in a namespace is ended by SIGKILL: the program ends before its attempt",
  async () => {
    const workshop = new Workshop();
    const mark = `between-${process.pid}`;
    workshop.bash("stays", `touch "$2"; exec -a "$1" sleep 1000`);
    const opened = await workshop.open({ containment: "namespace" });
    const job = await opened.client.send("stays", mark, workshop.path("begun"));
    await appeared(workshop.path("begun"));
    await until(() => processesWith(mark).length === 2);
    const nsenter = processesWith(mark).find((pid) => /^nsenter$/m.test(readFileSync(`/proc/${pid}/comm`, "latin1")));
    assert.ok(nsenter !== undefined);
    process.kill(nsenter, "SIGKILL");
    const { state } = await job.wait({ timeout: "15s" });
    assert.deepEqual([state, processesWith(mark)], ["failed", []]);
  },
);
