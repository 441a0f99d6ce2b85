import { readFileSync } from "node:fs";

/** The process that starts programs for this one. */
export function ownLauncher(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").split(" ").map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("launcher/main"));
  if (found === undefined) throw new Error("this process has no launcher");
  return found;
}
