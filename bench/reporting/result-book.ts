import type { Appointment } from "../measuring/schedule.ts";
import type { Figures } from "../workloads/workload.ts";
import { thisMachine } from "./machine.ts";
import type { Failure, Measurement, Result } from "./result.ts";

/** Gathers a result while it is made. */
export class ResultBook {
  readonly #head: Pick<Result, "startedAt" | "machine" | "quick" | "runs">;
  readonly #bases: Record<string, string> = {};
  readonly #systems: Record<string, string> = {};
  readonly #measurements: Measurement[] = [];
  readonly #failures: Failure[] = [];

  constructor(runs: number, quick: boolean) {
    this.#head = { startedAt: new Date().toISOString(), machine: thisMachine(), quick, runs };
  }

  add(
    { run, workload, system }: Appointment,
    { base, system: about, figures }: { base: string; system: string; figures: Figures },
  ): void {
    this.#bases[system.base] = base;
    this.#systems[system.name] = about;
    // JSON has no NaN.
    const told = Object.entries(figures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]);
    this.#measurements.push({
      run,
      workload: workload.name,
      system: system.name,
      figures: Object.fromEntries(told) as Measurement["figures"],
    });
  }

  addFailure({ run, workload, system }: Appointment, reason: string): void {
    this.#failures.push({ run, workload: workload.name, system: system.name, reason });
  }

  get result(): Result {
    return {
      ...this.#head,
      bases: this.#bases,
      systems: this.#systems,
      measurements: this.#measurements,
      failures: this.#failures,
    };
  }
}
