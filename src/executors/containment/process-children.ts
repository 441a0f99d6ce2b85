import { readFileSync } from "node:fs";

/** The children of a process of one thread, zombies among them; none where it is gone. */
export function processChildren(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return [];
  }
}
