/**
 * Resolves when timers that are due by now have run.
 *
 * Twice, because a first immediate may still belong to the turn that is under way, whose timers are behind it.
 */
export function macrotaskTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
