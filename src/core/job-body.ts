import { MalformedRecordError } from "../errors/index.ts";
import { decodeValue } from "./payload.ts";
import type { RunPlan } from "./run-options.ts";

/** What travels with a job beside its arguments; the task can read it, Millrace does not. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What the sender gave, in its stored form. */
export interface JobBody {
  readonly args: readonly unknown[];
  readonly plan: RunPlan;
  readonly meta?: Metadata;
  /** W3C Trace Context. */
  readonly traceparent?: string;
}

/** The encoded parts that all jobs of one send share: made once, put behind each job's arguments. */
export function encodeEnvelope(plan: RunPlan, meta: string | undefined, traceparent: string | undefined): string {
  const options = JSON.stringify(plan);
  return (
    (options === "{}" ? "" : `,"options":${options}`) +
    (meta === undefined ? "" : `,"meta":${meta}`) +
    (traceparent === undefined ? "" : `,"traceparent":${JSON.stringify(traceparent)}`)
  );
}

/** A job's body: its arguments as encoded by `encodeValues`, then the envelope. */
export function encodeBody(args: string, envelope: string): string {
  return `{"args":${args}${envelope}}`;
}

/**
 * Reads a body field by field.
 *
 * @throws MalformedRecordError when it is none
 */
export function decodeBody(body: string): JobBody {
  let data: unknown;
  try {
    data = decodeValue(body);
  } catch (error) {
    throw new MalformedRecordError(`the stored job is no JSON: ${String(error)}`, { cause: error });
  }
  if (typeof data !== "object" || data === null || !("args" in data) || !Array.isArray(data.args)) {
    throw new MalformedRecordError("the stored job has no list of arguments");
  }
  const { args } = data;
  const fields = data as Readonly<Record<string, unknown>>;
  const options = fields["options"];
  const meta = fields["meta"];
  const traceparent = fields["traceparent"];
  return {
    args,
    plan: isObject(options) ? options : {},
    ...(isObject(meta) ? { meta } : {}),
    ...(typeof traceparent === "string" ? { traceparent } : {}),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
