/** One line that a task logged about its job. */
export interface LogLine {
  /** Epoch milliseconds by the worker's clock. */
  readonly at: number;
  readonly message: string;
}

/** What a running job tells about itself: replaced as a whole with every report. */
export interface Notes {
  /** Encoded value of the latest `progress()`. */
  readonly progress?: string;
  /** The latest lines, oldest first. */
  readonly log?: readonly LogLine[];
}

export function encodeNotes(notes: Notes): string {
  return JSON.stringify(notes);
}

/** Reads notes; what cannot be read of them is left out. */
export function decodeNotes(text: string | undefined): Notes {
  if (text === undefined) return {};
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== "object" || data === null) return {};
    const progress: unknown = Reflect.get(data, "progress");
    const log: unknown = Reflect.get(data, "log");
    return {
      ...(typeof progress === "string" ? { progress } : {}),
      ...(Array.isArray(log) ? { log: log.filter(isLine) } : {}),
    };
  } catch {
    return {};
  }
}

function isLine(value: unknown): value is LogLine {
  if (typeof value !== "object" || value === null) return false;
  const { at, message } = value as Readonly<Record<string, unknown>>;
  return typeof at === "number" && typeof message === "string";
}
