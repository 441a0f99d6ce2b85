import { SENDING_FIGURES, measureSending, sendInLanes } from "./sending.ts";
import { PAYLOAD, type Workload } from "./workload.ts";

const JOBS = 30_000;

export const sendOne: Workload = {
  name: "send-one",
  title: "Send, one awaited after the other",
  figures: SENDING_FIGURES,
  measure: (stage) =>
    measureSending(stage, JOBS, (producer, jobs, goesOn) =>
      sendInLanes({ lanes: 1, step: 1, jobs, goesOn }, () => producer.send(PAYLOAD)),
    ),
};
