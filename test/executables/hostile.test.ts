import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { seedOfRun, seeded } from "../kills/random.ts";
import { NO_NAMESPACES, Workshop, processesWith } from "./workshop.ts";

/** Hostile runs for each containment; 1,000 and more for a long soak. */
const RUNS = Number(process.env["MILLRACE_HOSTILE_RUNS"] ?? 100);

/** Programs that do not want to end, or not to be found. Each has its mark in the command line of all that it starts. */
const HOSTILE: Readonly<Record<string, string>> = {
  "ignores-term": `trap '' TERM INT HUP QUIT; exec -a "$1" sleep 1000`,
  daemon: `( setsid bash -c 'trap "" TERM HUP; exec -a "$0" sleep 1000' "$1" & ) & exit 0`,
  "daemon-and-fail": `( setsid bash -c '( setsid bash -c "exec -a $0 sleep 1000" & ) &' "$1" & ) & exit 3`,
  "holds-output": `bash -c 'exec -a "$0" sleep 1000' "$1" & echo said; exit 0`,
  spawner: `trap '' TERM; for n in {1..20}; do bash -c 'trap "" TERM; exec -a "$0" sleep 1000' "$1" & done; wait`,
  breeder: `trap '' TERM; while :; do bash -c 'exec -a "$0" sleep 0.2' "$1" & sleep 0.01; done`,
  flood: `trap '' TERM PIPE; exec -a "$1" bash -c 'while :; do printf "%65536d" 1; printf "%65536d" 1 >&2; done'`,
  endless: `exec -a "$1" bash -c 'while :; do printf x >&3; done'`,
  stopped: `bash -c 'kill -STOP $$; exec -a "$0" sleep 1000' "$1" & kill -STOP $$`,
  "leaves-mark": `exec env -u MILLRACE_RUN bash -c 'trap "" TERM; exec -a "$0" sleep 1000' "$1"`,
  suicide: `bash -c 'exec -a "$0" sleep 1000' "$1" & kill -KILL $$`,
  "closes-output": `exec >&- 2>&- 3>&- </dev/null; trap '' TERM; exec -a "$1" sleep 1000`,
};

for (const containment of ["namespace", "sweep"] as const) {
  const missing = containment === "namespace" ? NO_NAMESPACES : undefined;
  describe.skipIf(missing !== undefined)(
    `held by ${containment}${missing === undefined ? "" : `: not here, ${missing}`}`,
    () => {
      test(
        `${RUNS} hostile runs: when a job has ended, nothing of it is left, and the worker goes on`,
        { timeout: 60_000 + RUNS * 1_000 },
        async () => {
          const workshop = new Workshop();
          for (const [name, code] of Object.entries(HOSTILE)) workshop.bash(name, code);
          workshop.bash("fine", "echo fine");
          const opened = await workshop.open({ containment, grace: 40, maxOutputBytes: 65_536 }, {}, { default: 6 });
          const seed = seedOfRun();
          const random = seeded(seed);
          const names = Object.keys(HOSTILE);
          const left: string[] = [];
          const states = new Map<string, number>();
          let run = 0;
          const lane = async (): Promise<void> => {
            while (run < RUNS) {
              run += 1;
              const mark = `hostile-${process.pid}-${containment}-${run}.`;
              const name = names[Math.floor(random() * names.length)] ?? "daemon";
              const job = await opened.client.with({ timeout: 60 + Math.floor(random() * 200) }).send(name, mark);
              if (random() < 0.2) void job.cancel().catch(() => undefined);
              const { state, error } = await job.wait({ timeout: "60s" });
              const outcome = `${state} ${error?.code ?? ""}`;
              states.set(outcome, (states.get(outcome) ?? 0) + 1);
              const found = processesWith(mark);
              if (found.length > 0) left.push(`${name} ${mark} ${state}: ${found.join(" ")}`);
            }
          };
          await Promise.all(Array.from({ length: 6 }, lane));
          const note = `MILLRACE_SEED=${seed}, ${JSON.stringify(Object.fromEntries(states))}`;
          assert.deepEqual(left, [], note);
          assert.ok((states.get("failed ERR_TASK_TIMEOUT") ?? 0) > 0, note);
          assert.equal(await opened.result("fine"), "fine\n");
        },
      );
    },
  );
}
