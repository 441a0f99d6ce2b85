import { SENDING_FIGURES, measureSending, sendInLanes } from "./sending.ts";
import { PAYLOAD, type Workload } from "./workload.ts";

const JOBS = 200_000;
const BULK = Array.from({ length: 1_000 }, () => PAYLOAD);

export const sendBulk: Workload = {
  name: "send-bulk",
  title: "Send, in bulks of 1,000",
  figures: SENDING_FIGURES,
  measure: (stage) =>
    measureSending(stage, JOBS, (producer, jobs, goesOn) =>
      sendInLanes({ lanes: producer.lanes ?? 1, step: BULK.length, jobs, goesOn }, () => producer.sendMany(BULK)),
    ),
};
