import { shown } from "../reporting/shown.ts";
import type { Appointment } from "./schedule.ts";
import type { Figures, Workload } from "../workloads/workload.ts";

/** Says on standard error what is being measured, and how long it may yet take. */
export class Progress {
  readonly #total: number;
  readonly #start = performance.now();
  #made = 0;
  #workload: Workload | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  begin({ run, workload, system }: Appointment): void {
    this.#workload = workload;
    const width = String(this.#total).length;
    const count = `[${String(this.#made + 1).padStart(width)}/${this.#total}${this.#left()}]`;
    process.stderr.write(`${count} run ${run}, ${workload.name}, ${system.name} … `);
  }

  done(figures: Figures): void {
    this.#made += 1;
    const told = (this.#workload?.figures ?? []).map(({ name, title }) => `${shown(figures[name])} ${title}`);
    process.stderr.write(`${told.join("; ")}\n`);
  }

  failed(reason: string): void {
    this.#made += 1;
    process.stderr.write(`failed: ${reason}\n`);
  }

  #left(): string {
    if (this.#made === 0) return "";
    const minutes = ((performance.now() - this.#start) / this.#made / 60_000) * (this.#total - this.#made);
    return minutes < 1 ? "" : `, ${Math.ceil(minutes)} min left`;
  }
}
