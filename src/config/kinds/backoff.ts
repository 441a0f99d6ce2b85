import type { RunOptions } from "../../core/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { DURATION_SCHEMA } from "./duration.ts";
import { numberOrText } from "./number-or-text.ts";
import { runOption } from "./run-option.ts";

const SCHEMA = {
  anyOf: [
    { enum: ["none", "exponential"] },
    { type: "array", items: DURATION_SCHEMA, minItems: 1, maxItems: 1_000 },
    {
      type: "object",
      properties: { baseMs: { type: "number" }, maxMs: { type: "number" }, jitter: { type: "boolean" } },
      additionalProperties: false,
    },
  ],
};

/** Time before each retry; as a text, `none`, `exponential` or a list of gaps such as `5s,8s,9s`. */
export const backoff: SettingKind<NonNullable<RunOptions["backoff"]>> = runOption("backoff", SCHEMA, (text) =>
  text === "none" || text === "exponential" ? text : text.split(",").map((gap) => numberOrText(gap.trim())),
);
