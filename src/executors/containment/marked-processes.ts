import { readFileSync, readdirSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { signalProcess } from "./signal-process.ts";

/** What belongs together: by a mark in the environment, and by the session and group that the first process led. */
export interface Marked {
  readonly mark: string;
  readonly leader?: number;
}

/** Looked at between two turns of the event loop. */
const AT_ONCE = 32;

/** Sends SIGKILL to every process that belongs to one of these; tells which of them had any. Linux: reads /proc. */
export async function killMarked(all: readonly Marked[]): Promise<Set<Marked>> {
  const parents = new Map<number, number>();
  const owners = new Map<number, Marked>();
  for (const [at, pid] of processIds().entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await turn();
    const seen = look(pid);
    if (seen === undefined) continue;
    parents.set(pid, seen.parent);
    const owner = all.find(
      ({ mark, leader }) => leader === seen.group || leader === seen.session || seen.environment.includes(mark),
    );
    if (owner !== undefined) owners.set(pid, owner);
  }
  // A child that emptied its environment and left the session still has its parent.
  for (const pid of parents.keys()) {
    const owner = ownerAbove(pid, parents, owners);
    if (owner !== undefined) owners.set(pid, owner);
  }
  for (const pid of owners.keys()) signalProcess(pid, "SIGKILL");
  return new Set(owners.values());
}

function processIds(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid);
}

/** What is known of a process; nothing of one that is gone, or only waits for its parent to hear of its end. */
function look(pid: number): { parent: number; group: number; session: number; environment: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before it may hold anything, brackets too.
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    return { parent: Number(parent), group: Number(group), session: Number(session), environment: environmentOf(pid) };
  } catch {
    return undefined;
  }
}

/** Empty where it cannot be read: another user's. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

function ownerAbove(
  pid: number,
  parents: ReadonlyMap<number, number>,
  owners: ReadonlyMap<number, Marked>,
): Marked | undefined {
  for (let at: number | undefined = pid; at !== undefined && at !== process.pid; at = parents.get(at)) {
    const owner = owners.get(at);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
