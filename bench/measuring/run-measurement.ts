import { meterOf } from "../bases/index.ts";
import { systemNamed } from "../systems/catalog.ts";
import { workloadNamed } from "../workloads/catalog.ts";
import type { MeasurementPlan, MeasurementReport } from "./measurement.ts";
import { Scale } from "./scale.ts";
import { Stage } from "./stage.ts";

/*
 * One workload on one system, in a process of its own: node run-measurement.ts PLAN (JSON). Reports by IPC.
 */
process.on("disconnect", () => process.exit(1));
const report = await measured(JSON.parse(process.argv[2] ?? "") as MeasurementPlan);
// Connections that a system left open do not keep the process.
process.send?.(report, () => process.exit());

async function measured({ system: name, workload, base, quick }: MeasurementPlan): Promise<MeasurementReport> {
  try {
    const system = await systemNamed(name).load(base.url);
    const meter = await meterOf(base);
    const stage = new Stage({ name, system, base, meter, scale: new Scale(quick) });
    return { about: system.about, figures: await workloadNamed(workload).measure(stage) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
