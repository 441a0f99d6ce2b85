import { type Duration, checkName, durationMs, wholeNumber } from "../../core/index.ts";
import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { refuseUnknownKeys } from "../../internal/known-keys.ts";
import type { SettingKind } from "../setting-kind.ts";
import { DURATION_SCHEMA } from "./duration.ts";
import { numberOrText } from "./number-or-text.ts";

/** How a queue is served, as in the options of a worker. */
interface QueueSetting {
  readonly concurrency?: number;
  readonly minInterval?: Duration;
}

export type QueueSettings = Readonly<Record<string, number | QueueSetting>>;

const CONCURRENCY_SCHEMA = { type: "integer", minimum: 1, maximum: 10_000 };
const FORM = "NAME, NAME:CONCURRENCY, or with pacing NAME:CONCURRENCY@INTERVAL, as in web:4@200ms";

/**
 * Queues by name, each with its concurrency, or with concurrency and pacing. As a text they are written
 * `default:10,web:4@200ms`.
 */
export const queues: SettingKind<QueueSettings> = {
  schema: {
    type: "object",
    minProperties: 1,
    additionalProperties: {
      anyOf: [
        CONCURRENCY_SCHEMA,
        {
          type: "object",
          properties: { concurrency: CONCURRENCY_SCHEMA, minInterval: DURATION_SCHEMA },
          additionalProperties: false,
        },
      ],
    },
  },
  fromText: (text) => text.split(",").map((form) => form.trim()),
  check(value, name) {
    const entries = Array.isArray(value) ? value.map((form) => fromForm(form, name)) : entriesOf(value, name);
    const found = new Map<string, number | QueueSetting>();
    for (const [queue, given] of entries) {
      within([queue], name, () => checkName("queue", queue));
      if (found.has(queue)) throw new ConfigurationError(`${name} names "${queue}" twice`);
      found.set(queue, checked(queue, given, name));
    }
    if (found.size === 0) {
      throw new ConfigurationError(`${name} names no queue; leave it out to serve those of the tasks`);
    }
    return Object.fromEntries(found);
  },
};

function entriesOf(value: unknown, name: string): [string, unknown][] {
  if (typeof value === "object" && value !== null) return Object.entries(value);
  throw new ConfigurationError(
    `${name} must be a map of queues, each with its concurrency, such as { default: 10 }; not ${shown(value)}`,
  );
}

/** Names may hold colons, so the last one counts. */
function fromForm(form: unknown, name: string): [string, unknown] {
  const [, queue, concurrency, minInterval] = /^([^@]+?)(?::([^:@]*))?(?:@([^@]+))?$/.exec(String(form)) ?? [];
  if (queue === undefined) throw new ConfigurationError(`${name}: ${shown(form)} is no queue; give ${FORM}`);
  if (concurrency !== undefined && !/^-?\d+$/.test(concurrency)) {
    throw new ConfigurationError(`${name} ${String(form)}: "${concurrency}" is no concurrency; give ${FORM}`);
  }
  return [
    queue,
    {
      ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
      ...(minInterval === undefined ? {} : { minInterval: numberOrText(minInterval) }),
    },
  ];
}

function checked(queue: string, given: unknown, name: string): number | QueueSetting {
  if (typeof given !== "object" || given === null) {
    return within([queue], name, () => wholeNumber(given, `the concurrency of queue "${queue}"`, 1, 10_000));
  }
  within([queue], name, () => refuseUnknownKeys(given, ["concurrency", "minInterval"], `option of queue "${queue}"`));
  const { concurrency, minInterval } = given as QueueSetting;
  if (concurrency !== undefined) {
    within([queue, "concurrency"], name, () =>
      wholeNumber(concurrency, `the concurrency of queue "${queue}"`, 1, 10_000),
    );
  }
  if (minInterval !== undefined) {
    within([queue, "minInterval"], name, () => durationMs(minInterval, `the minInterval of queue "${queue}"`));
  }
  return given;
}

/** Says where in the value the problem is. */
function within<T>(path: readonly string[], name: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(`${name}: ${error.message}`, { details: { path } });
  }
}
