import { MalformedRecordError } from "../errors/index.ts";
import { decodeValue } from "./payload.ts";
import type { RunPlan } from "./run-options.ts";
import { readRunPlan } from "./stored-plan.ts";

/** What travels with a job beside its arguments; the task can read it, Millrace does not. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What the sender gave, without how the job is to be run. */
export interface JobContents {
  readonly args: readonly unknown[];
  readonly meta?: Metadata;
  /** W3C Trace Context. */
  readonly traceparent?: string;
}

/** What the sender gave, in its stored form. */
export interface JobBody extends JobContents {
  readonly plan: RunPlan;
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

/** A job's body: its arguments as encoded by `encodeValues`, alone as in most jobs, or in an object with the envelope. */
export function encodeBody(args: string, envelope: string): string {
  return envelope === "" ? args : `{"args":${args}${envelope}}`;
}

/** A body in its parts, values as they are stored. */
export interface BodyParts {
  readonly args: readonly unknown[];
  readonly options?: RunPlan;
  readonly meta?: object;
  readonly traceparent?: string;
}

/** The parts of a body that was made here, and is handed on without being looked into. */
export function bodyParts(body: string): BodyParts {
  return asObject(JSON.parse(body)) as BodyParts;
}

/**
 * Reads a body field by field. Fields that this version does not know are left out: a newer sender's.
 *
 * @throws MalformedRecordError when it is none, or one of its fields is not what it must be
 */
export function decodeBody(body: string): JobBody {
  const fields = fieldsOf(body);
  const meta = fields["meta"];
  if (meta !== undefined && !isObject(meta)) {
    throw new MalformedRecordError("the stored job's metadata is no object");
  }
  return { ...contentsOf(fields), plan: readRunPlan(fields["options"]) };
}

/** As much of a body as can be read, for those who show it and do not run it. Never throws. */
export function readContents(body: string): JobContents {
  try {
    return contentsOf(fieldsOf(body));
  } catch {
    return { args: [] };
  }
}

interface Fields extends Readonly<Record<string, unknown>> {
  readonly args: readonly unknown[];
}

function fieldsOf(body: string): Fields {
  let data: unknown;
  try {
    data = asObject(decodeValue(body));
  } catch (error) {
    throw new MalformedRecordError(`the stored job is no JSON: ${String(error)}`, { cause: error });
  }
  if (isObject(data) && Array.isArray(data["args"])) return data as Fields;
  throw new MalformedRecordError("the stored job has no list of arguments");
}

function contentsOf({ args, meta, traceparent }: Fields): JobContents {
  return {
    args,
    ...(isObject(meta) ? { meta } : {}),
    // Only for those who watch: a trace that cannot be followed is no reason not to run the job.
    ...(typeof traceparent === "string" ? { traceparent } : {}),
  };
}

/** The form with an envelope, whichever of the two a body has. */
function asObject(data: unknown): unknown {
  return Array.isArray(data) ? { args: data } : data;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
