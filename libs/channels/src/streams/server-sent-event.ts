/** Fields of a {@link ServerSentEvent} besides its data. */
export interface ServerSentEventOptions {
  /** A client that reconnects sends the last one as `Last-Event-ID`. One line. */
  readonly id?: string;
  /** Type of the event, by which `EventSource` finds its listeners. One line. Default: `message`. */
  readonly event?: string;
  /** Milliseconds that a client waits before it reconnects, from now on. */
  readonly retry?: number;
}

/**
 * An item of a `text/event-stream` with more fields than its data (HTML Living Standard, "Server-sent events"). An item of any other class is
 * the data alone. In other formats only the data is sent.
 *
 * @example yield new ServerSentEvent(order, { id: order.id, event: 'order' });
 */
export class ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly retry: number | undefined;

  /**
   * @param data - sent as JSON
   * @throws {TypeError} for an `id` or `event` of several lines, or a `retry` that is not a number of milliseconds
   */
  constructor(
    readonly data: unknown,
    { id, event, retry }: ServerSentEventOptions = {},
  ) {
    if (id !== undefined && !isLine(id)) throw new TypeError('expected an id of an event to be one line, without NUL');
    if (event !== undefined && !isLine(event)) throw new TypeError('expected the type of an event to be one line');
    if (retry !== undefined && (!Number.isInteger(retry) || retry < 0))
      throw new TypeError('expected `retry` of an event to be an integer number of milliseconds');
    this.id = id;
    this.event = event;
    this.retry = retry;
  }
}

/** Returns the data of an event; any other item unchanged. */
export function unwrapEvent(item: unknown): unknown {
  return item instanceof ServerSentEvent ? item.data : item;
}

function isLine(text: string): boolean {
  return !/[\r\n\0]/.test(text);
}
