import { type BusError, failureOf } from '@trunkline/failures';

/** Where nothing is said of when to come back: a minute. */
const COME_BACK_MS = 60_000;

/** That something is being worked on, and what its clients are told. */
export interface Closure {
  /** Milliseconds until clients should try again. Default: until `until`, or a minute. */
  readonly retryAfter?: number | undefined;
  /** When it ends by itself (RFC 3339). Default: when it is told to. */
  readonly until?: string | undefined;
}

/** What is being worked on: the bus, or some of its channels. */
export interface Closures {
  readonly bus?: Closure | undefined;
  readonly channels: Readonly<Record<string, Closure>>;
}

/**
 * Which requests are answered with 503 `MAINTENANCE`. What the configuration says and what is said while the bus runs add up: a
 * request gets through when neither is against it.
 */
export class Maintenance {
  #configured: Closures = { channels: {} };
  #ordered: Closures = { channels: {} };
  #isOn = false;

  /** Takes what the configuration says. */
  configure(closures: Closures): void {
    this.#configured = closures;
    this.#look();
  }

  /** Takes what an operator says; replaces what was said before. */
  order(closures: Closures): void {
    this.#ordered = closures;
    this.#look();
  }

  /** Why the bus takes no requests at all; `undefined` when it does. */
  ofBus(): BusError | undefined {
    if (!this.#isOn) return undefined;
    return refusalOf(this.#ordered.bus) ?? refusalOf(this.#configured.bus);
  }

  /** The first step of a channel, which throws while it is worked on. */
  step(channel: string): () => undefined {
    return () => {
      if (!this.#isOn) return;
      const refusal = refusalOf(closureOf(this.#ordered, channel)) ?? refusalOf(closureOf(this.#configured, channel));
      if (refusal) throw refusal;
    };
  }

  #look(): void {
    this.#isOn = isAny(this.#configured) || isAny(this.#ordered);
  }
}

function closureOf({ channels }: Closures, name: string): Closure | undefined {
  return Object.hasOwn(channels, name) ? channels[name] : undefined;
}

function refusalOf(closure: Closure | undefined): BusError | undefined {
  if (!closure) return undefined;
  const nowMs = Date.now();
  const { until, retryAfter } = closure;
  const leftMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until) - nowMs;
  if (leftMs <= 0) return undefined;
  const waitMs = Math.min(retryAfter ?? (until === undefined ? COME_BACK_MS : leftMs), leftMs);
  return failureOf('MAINTENANCE', {
    retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)),
    data: { estimated_recovery: new Date(until ?? nowMs + waitMs).toISOString() },
  });
}

function isAny({ bus, channels }: Closures): boolean {
  return bus !== undefined || Object.keys(channels).length > 0;
}
