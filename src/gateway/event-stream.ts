const encoder = new TextEncoder();
const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a slow reader before nothing more is made for it. */
const WAITING_BYTES = 16 * 1_024;

/** Where the events of one stream come from. */
export interface EventSource {
  /** The next events, as `event` formats them; called when something may have changed and the reader keeps up. */
  readonly next: () => readonly string[];
  /** Whether what `next` gave was the end. */
  readonly ended: () => boolean;
  readonly close: () => void;
}

/** An event in the form of server-sent events. */
export function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * A stream of server-sent events. Events are made only when the reader takes them, so a slow one misses what is
 * outdated and costs no memory. `connect` is given what to call when something may have changed; `closing` ends the stream,
 * and so does the next event or heartbeat of a reader that may not stay.
 */
export function eventStream(
  connect: (changed: () => void) => EventSource,
  onClose: () => void,
  mayStay: () => boolean,
  closing: AbortSignal,
): ReadableStream<Uint8Array> {
  let source: EventSource | undefined;
  let beat: NodeJS.Timeout | undefined;
  let end = (): void => undefined;
  const close = (): void => {
    clearInterval(beat);
    closing.removeEventListener("abort", end);
    if (source === undefined) return;
    source.close();
    source = undefined;
    onClose();
  };
  const pump = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    if (source === undefined || (controller.desiredSize ?? 0) <= 0) return;
    if (!mayStay()) return end();
    const events = source.next();
    const ended = source.ended();
    // Closed before the last events are given, since that asks for more at once.
    if (ended) close();
    if (events.length > 0) controller.enqueue(encoder.encode(events.join("")));
    if (ended) controller.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        source = connect(() => pump(controller));
        end = (): void => {
          close();
          controller.close();
        };
        closing.addEventListener("abort", end);
        // Says that somebody is here, and keeps proxies from giving the connection up.
        controller.enqueue(encoder.encode(":\n\n"));
        beat = setInterval(() => {
          if (!mayStay()) end();
          else if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(":\n\n"));
        }, HEARTBEAT_MS).unref();
        pump(controller);
        if (closing.aborted && source !== undefined) end();
      },
      pull: pump,
      cancel: close,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: WAITING_BYTES }),
  );
}
