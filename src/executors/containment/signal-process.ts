/** Sends a signal to a process, or with a negative number to a group; tells whether there was one to get it. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
