import type { JobState } from "../core/index.ts";
import { nearest } from "../internal/nearest.ts";
import { type Paint, terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** How each state looks, in the order in which a job passes through them. */
const STYLES: Readonly<Record<JobState, { readonly sign: string; readonly paint: Paint }>> = {
  scheduled: { sign: "◷", paint: "magenta" },
  blocked: { sign: "◇", paint: "gray" },
  queued: { sign: "○", paint: "blue" },
  running: { sign: "●", paint: "cyan" },
  retrying: { sign: "↻", paint: "yellow" },
  succeeded: { sign: "✓", paint: "green" },
  failed: { sign: "✗", paint: "red" },
  expired: { sign: "⊝", paint: "gray" },
  cancelled: { sign: "⊘", paint: "gray" },
};

export const STATES: readonly JobState[] = Object.keys(STYLES) as JobState[];

export function paintOf(state: JobState): Paint {
  return STYLES[state].paint;
}

/** The state with its sign, coloured. */
export function stateText(state: JobState): string {
  return terminal.paint(paintOf(state), `${STYLES[state].sign} ${state}`);
}

/** @throws UsageError when it is no state */
export function stateNamed(name: string): JobState {
  const state = STATES.find((known) => known === name);
  if (state !== undefined) return state;
  const near = nearest(name, STATES);
  throw new UsageError(
    `"${name}" is no state${near === undefined ? "" : `; did you mean "${near}"?`}`,
    `the states are ${STATES.join(", ")}`,
  );
}
