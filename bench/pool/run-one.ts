import { SYSTEMS } from "./systems.ts";

/** What one run gives. */
export interface Measurement {
  readonly perSecond: number;
  readonly cpuUs: number;
  /** The most memory of the process until every task was pushed and none had begun. */
  readonly waitingMiB: number;
  /** The most memory of the process. */
  readonly peakMiB: number;
}

/*
 * One measurement in a process of its own: node run-one.ts SYSTEM COUNT CONCURRENCY. Prints JSON.
 */
const [name = "", count = "1000000", concurrency = "50"] = process.argv.slice(2);
const system = SYSTEMS[name];
if (system === undefined) throw new Error(`no system "${name}"; there are ${Object.keys(SYSTEMS).join(", ")}`);

const peakMiB = (): number => process.resourceUsage().maxRSS / 1_024;
let waitingMiB = 0;
let cpu = process.cpuUsage();
let started = performance.now();
await system(Number(count), Number(concurrency), {
  begin() {
    cpu = process.cpuUsage();
    started = performance.now();
  },
  pushed() {
    waitingMiB = peakMiB();
  },
});
const seconds = (performance.now() - started) / 1_000;
const { user, system: kernel } = process.cpuUsage(cpu);
const measurement: Measurement = {
  perSecond: Number(count) / seconds,
  cpuUs: (user + kernel) / Number(count),
  waitingMiB,
  peakMiB: peakMiB(),
};
console.log(JSON.stringify(measurement));
// Some leave others waiting.
process.exit();
