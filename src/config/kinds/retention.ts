import type { Retention } from "../../core/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { DURATION_SCHEMA } from "./duration.ts";
import { runOption } from "./run-option.ts";

const TIME = { anyOf: [{ enum: ["forever", "none"] }, DURATION_SCHEMA] };

/** How long finished jobs are kept: one time for status and result, or one for each. */
export const retention: SettingKind<Retention> = runOption("retention", {
  anyOf: [...TIME.anyOf, { type: "object", properties: { status: TIME, result: TIME }, additionalProperties: false }],
});
