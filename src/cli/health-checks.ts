import type { Client, Finding, JobRecord } from "../index.ts";
import { lengthOf } from "./times.ts";

/** Another machine's clock may be off by this much before anything is said. */
const CLOCK_TOLERANCE_MS = 1_000;
const MOST_LOOKED_AT = 1_000;
const MOST_NAMED = 3;

/** What can be seen of a store through its records alone, whatever system it is. */
export async function healthChecks(
  client: Client,
  { now, slowMs }: { now: number; slowMs: number },
): Promise<Finding[]> {
  const [queues, running, newest] = await Promise.all([
    client.queues(),
    client.list({ state: "running", limit: MOST_LOOKED_AT }),
    client.list({ limit: 1 }),
  ]);
  const waiting = queues.filter(({ counts }) => (counts.queued ?? 0) > 0 && (counts.running ?? 0) === 0);
  const dead = queues.reduce((sum, { counts }) => sum + (counts.failed ?? 0), 0);
  return [
    clock(newest.jobs[0], now),
    slow(running.jobs, now, slowMs),
    ...waiting.map(({ queue, counts }): Finding => {
      const jobs = counts.queued === 1 ? "1 job waits" : `${(counts.queued ?? 0).toLocaleString("en")} jobs wait`;
      return {
        status: "note",
        subject: "idle queue",
        text: `${jobs} in queue "${queue}", and none of it runs`,
        advice: "millrace explain <id> of one of them says why",
      };
    }),
    dead === 0
      ? { status: "ok", subject: "dead letters", text: "none" }
      : {
          status: "note",
          subject: "dead letters",
          text: `${dead.toLocaleString("en")} job${dead === 1 ? "" : "s"} failed for good`,
          advice: "millrace dead list shows them",
        },
  ];
}

/** The newest job cannot have been sent in the future. */
function clock(newest: JobRecord | undefined, now: number): Finding {
  const aheadMs = newest === undefined ? 0 : newest.createdAt - now;
  return aheadMs <= CLOCK_TOLERANCE_MS
    ? { status: "ok", subject: "clock", text: new Date(now).toISOString() }
    : {
        status: "problem",
        subject: "clock",
        text: `the newest job was sent ${lengthOf(aheadMs)} in the future: this clock went back, or the store's is another`,
        advice: "set both by NTP; until then, delays and retention are off by so much",
      };
}

function slow(running: readonly JobRecord[], now: number, slowMs: number): Finding {
  const long = running.filter(({ startedAt = now }) => now - startedAt > slowMs);
  if (long.length === 0) {
    return { status: "ok", subject: "running jobs", text: `none for longer than ${lengthOf(slowMs)}` };
  }
  const names = long.slice(-MOST_NAMED).map(({ id, task }) => `${task} ${id}`);
  const rest = long.length > names.length ? ` and ${long.length - names.length} more` : "";
  return {
    status: "note",
    subject: "running jobs",
    text: `${long.length === 1 ? "1 runs" : `${long.length} run`} for longer than ${lengthOf(slowMs)}: ${names.join(", ")}${rest}`,
    advice: "millrace cancel <id> ends one; a timeout ends all that take too long",
  };
}
