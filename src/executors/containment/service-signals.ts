/** A service manager sends these to all that a service consists of; the worker has yet to end what runs, and is left to do so. */
export function leaveSignalsToWorker(): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
}
