/** Sends a signal to a process, or with a negative number to a group; tells whether there was one to get it. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Asks a process group to end; what is stopped is woken, so that it hears of it. Tells whether there was one. */
export function askGroup(group: number): boolean {
  const asked = signalProcess(-group, "SIGTERM");
  signalProcess(-group, "SIGCONT");
  return asked;
}
