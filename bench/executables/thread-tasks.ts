import { millrace } from "../measuring/built.ts";

const module = import.meta.url;

export function runNoop(value: number): number {
  return value;
}

export function runSpin(ms: number): number {
  const until = performance.now() + ms;
  while (performance.now() < until);
  return ms;
}

export const noop = millrace.task("noop", runNoop, { isolation: "thread", module });
export const spin = millrace.task("spin", runSpin, { isolation: "thread", module });
