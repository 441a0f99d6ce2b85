/** Whether a failure says that the process, or the machine, has as many files open as it may. */
export function lacksDescriptors(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, "code");
  // What Node makes of it elsewhere, in loading a module or starting a thread, has it in the text only.
  return code === "EMFILE" || code === "ENFILE" || /EMFILE|ENFILE|too many open files/i.test(error.message);
}
