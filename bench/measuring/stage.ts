import type { BaseAddress, Meter } from "../bases/base.ts";
import type { System } from "../systems/system.ts";
import type { Scale } from "./scale.ts";
import type { WorkerPlan } from "./worker-plan.ts";
import { WorkerProcess } from "./worker-process.ts";

/** What a workload has at hand: one system on a new and empty base. */
export class Stage {
  readonly system: System;
  readonly base: BaseAddress;
  readonly meter: Meter;
  readonly scale: Scale;
  readonly #name: string;

  constructor(parts: { name: string; system: System; base: BaseAddress; meter: Meter; scale: Scale }) {
    this.#name = parts.name;
    this.system = parts.system;
    this.base = parts.base;
    this.meter = parts.meter;
    this.scale = parts.scale;
  }

  startWorker(plan: Omit<WorkerPlan, "system" | "base">): Promise<WorkerProcess> {
    return WorkerProcess.start({ system: this.#name, base: this.base, ...plan });
  }
}
