/** The machine's time. Timers do not keep the process alive, and never fire early by this clock's `monotonic`. */
export const systemClock = {
  now: (): number => Date.now(),
  monotonic: (): number => performance.now(),
  setTimer(delayMs: number, wake: () => void): { cancel(): void } {
    // Node takes a delay above 2^31-1 for 1: longer ones are split.
    const due = performance.now() + delayMs;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = due - performance.now();
      timer = setTimeout(() => (due > performance.now() ? arm() : wake()), Math.min(Math.max(left, 0), 2 ** 31 - 1));
      // A browser's timer is a number, and keeps nothing alive.
      (timer as Partial<NodeJS.Timeout>).unref?.();
    };
    arm();
    return { cancel: () => clearTimeout(timer) };
  },
};
