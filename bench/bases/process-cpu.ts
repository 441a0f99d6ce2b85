import { readFileSync, readdirSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick is. */
const TICK_MS = 10;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly endedMs: number;
}

/** Processor time of a process and its children so far, milliseconds; NaN where /proc cannot tell. */
export function processCpuMs(pid: number | undefined): number {
  const times = pid === undefined ? undefined : timesOf(pid);
  return times === undefined ? Number.NaN : times.ownMs + times.endedMs + childrenCpuMs(times.pid);
}

function childrenCpuMs(pid: number): number {
  let sum = 0;
  for (const entry of readdirSync("/proc")) {
    const times = /^\d+$/.test(entry) ? timesOf(Number(entry)) : undefined;
    if (times?.parent === pid) sum += times.ownMs + times.endedMs;
  }
  return sum;
}

function timesOf(pid: number): ProcessTimes | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets, and may hold anything.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [parent = 0] = fields.slice(1);
    const [user = 0, kernel = 0, endedUser = 0, endedKernel = 0] = fields.slice(11);
    return { pid, parent, ownMs: (user + kernel) * TICK_MS, endedMs: (endedUser + endedKernel) * TICK_MS };
  } catch {
    return undefined;
  }
}
