import type { Producer } from "../systems/system.ts";
import { SENDING_FIGURES, measureSending, sendInLanes } from "./sending.ts";
import { PAYLOAD, type Workload } from "./workload.ts";

const JOBS = 100_000;
const CONCURRENCY = 100;
const TOGETHER = Array.from({ length: CONCURRENCY }, () => PAYLOAD);

export const sendConcurrent: Workload = {
  name: "send-100",
  title: "Send, 100 under way",
  figures: SENDING_FIGURES,
  measure: (stage) => measureSending(stage, JOBS, send100),
};

/** Keeps 100 sends under way; a bare loop, which gathers none, sends 100 at a time instead. */
export function send100(producer: Producer, jobs: number, goesOn: () => boolean): Promise<number> {
  const { lanes } = producer;
  return lanes === undefined
    ? sendInLanes({ lanes: CONCURRENCY, step: 1, jobs, goesOn }, () => producer.send(PAYLOAD))
    : sendInLanes({ lanes, step: CONCURRENCY, jobs, goesOn }, () => producer.sendMany(TOGETHER));
}
