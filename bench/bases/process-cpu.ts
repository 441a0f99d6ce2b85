import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick is. */
const TICK_MS = 10;

/** Processor time of a process and its children so far, those that ended included, milliseconds; NaN where /proc cannot tell. */
export function processCpuMs(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN;
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return [pid, ...children.map(Number)].reduce((sum, each) => sum + timesOf(each), 0);
  } catch {
    return Number.NaN;
  }
}

function timesOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in brackets, and may hold anything.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user = 0, kernel = 0, endedUser = 0, endedKernel = 0] = fields.slice(11);
  return (user + kernel + endedUser + endedKernel) * TICK_MS;
}
