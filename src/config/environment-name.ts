const PREFIX = "MILLRACE_";

/** The variable that gives a setting: `worker.maxCrashes` is `MILLRACE_WORKER_MAX_CRASHES`. */
export function environmentName(key: string): string {
  return (
    PREFIX +
    key
      .replaceAll(".", "_")
      .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
      .toUpperCase()
  );
}
