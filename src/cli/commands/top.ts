import { setTimeout as pause } from "node:timers/promises";
import { durationMs } from "../../core/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { Client } from "../../index.ts";
import { redacted } from "../../internal/redacted.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { Flags } from "../flags.ts";
import { printJson } from "../json-document.ts";
import { placeOf, withExisting } from "../session.ts";
import { terminal } from "../terminal.ts";
import { iso } from "../times.ts";
import { LiveScreen } from "../top/live-screen.ts";
import { type LoadReport, loadReport } from "../top/load-report.ts";
import { loadSample } from "../top/load-sample.ts";
import { loadView } from "../top/load-view.ts";

const LEAST_INTERVAL_MS = 100;

export const top: CommandDeclaration = {
  usage: "top",
  summary: "Watch queues, rates, latencies and busy workers",
  flags: [
    ["--interval <time>", "Look this often (default: 1s)"],
    ["--once", "Look twice, an interval apart, show the result and end; so it is where there is no terminal"],
  ],
  examples: [
    ["millrace top", "drawn anew each second; q leaves"],
    ["millrace top --interval 5s", "a slower look, for a store with a large history"],
    ["millrace top --once --json", "for a program"],
  ],
  run: async (_words, flags) => {
    const intervalMs = intervalOf(flags);
    const { store } = await placeOf(flags);
    return withExisting(flags, async (client) => {
      if (flags.has("json")) {
        printJson(document(await reportAfter(client, intervalMs)));
      } else if (flags.has("once") || !terminal.isTerminal) {
        for (const line of loadView(await reportAfter(client, intervalMs), redacted(store))) terminal.print(line);
      } else {
        await live(client, intervalMs, redacted(store));
      }
      return EXIT.ok;
    });
  },
};

async function live(client: Client, intervalMs: number, store: string): Promise<void> {
  const screen = new LiveScreen();
  try {
    let before = await loadSample(client);
    screen.draw(loadView(loadReport(before, before), store));
    while (!screen.left.aborted) {
      await pause(intervalMs, undefined, { signal: screen.left }).catch(() => undefined);
      if (screen.left.aborted) return;
      const now = await loadSample(client);
      screen.draw(loadView(loadReport(before, now), store));
      before = now;
    }
  } finally {
    screen.close();
  }
}

async function reportAfter(client: Client, intervalMs: number): Promise<LoadReport> {
  const before = await loadSample(client);
  await pause(intervalMs);
  return loadReport(before, await loadSample(client));
}

function document({ at, ...report }: LoadReport): object {
  return { at: iso(at), ...report };
}

/** @throws ConfigurationError */
function intervalOf(flags: Flags): number {
  const ms = durationMs(flags.time("interval") ?? "1s", "--interval");
  if (ms >= LEAST_INTERVAL_MS) return ms;
  throw new ConfigurationError(`--interval must be at least ${LEAST_INTERVAL_MS} ms, not ${ms}`);
}
