import { processCpuMs } from "../bases/process-cpu.ts";
import type { Stage } from "../measuring/stage.ts";
import type { Producer } from "../systems/system.ts";
import type { Figure, Figures } from "./workload.ts";

export const SENDING_FIGURES: readonly Figure[] = [
  { name: "perSecond", title: "jobs/s", better: "more" },
  { name: "senderCpuUs", title: "sender, µs/job", better: "less" },
  { name: "serverCpuUs", title: "server, µs/job", better: "less" },
];

const LIMIT_MS = 5_000;

/** Sends `jobs` jobs, or fewer once `goesOn` says so; resolves with how many. */
type Send = (producer: Producer, jobs: number, goesOn: () => boolean) => Promise<number>;

/** The rate of a way to send, after a first round of a tenth, by which code is compiled and connections are made. */
export async function measureSending({ system, base, scale }: Stage, jobs: number, send: Send): Promise<Figures> {
  const producer = await system.produce();
  const limitMs = scale.ms(LIMIT_MS);
  await send(producer, scale.jobs(jobs) / 10, within(limitMs / 10));
  const [cpu, server, start] = [process.cpuUsage(), processCpuMs(base.pid), performance.now()];
  const sent = await send(producer, scale.jobs(jobs), within(limitMs));
  const [ms, { user, system: kernel }] = [performance.now() - start, process.cpuUsage(cpu)];
  const serverMs = processCpuMs(base.pid) - server;
  await producer.close();
  return {
    perSecond: (sent * 1_000) / ms,
    senderCpuUs: (user + kernel) / sent,
    serverCpuUs: (serverMs * 1_000) / sent,
  };
}

/** Keeps `lanes` calls under way, each of which sends `step` jobs. */
export async function sendInLanes(
  { lanes, step, jobs, goesOn }: { lanes: number; step: number; jobs: number; goesOn: () => boolean },
  call: () => Promise<unknown>,
): Promise<number> {
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < jobs && goesOn()) {
      sent += step;
      await call();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return sent;
}

function within(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() < end;
}
