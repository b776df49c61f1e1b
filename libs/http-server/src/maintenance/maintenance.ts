import { type BusError, createFailure } from '@trunkline/failures';

/** Where nothing is said of when to come back: a minute. */
const DEFAULT_RETRY_AFTER_MS = 60_000;

/** That something is being worked on, and what its clients are told. */
export interface MaintenanceWindow {
  /** Milliseconds until clients should try again. Default: until `until`, or a minute. */
  readonly retryAfter?: number | undefined;
  /** When it ends by itself (RFC 3339). Default: when it is told to. */
  readonly until?: string | undefined;
}

/** What is being worked on: the bus, or some of its channels. */
export interface MaintenanceWindows {
  readonly bus?: MaintenanceWindow | undefined;
  readonly channels: Readonly<Record<string, MaintenanceWindow>>;
}

/**
 * Which requests are answered with 503 `MAINTENANCE`. What the configuration says and what is said while the bus runs add up: a
 * request gets through when neither is against it.
 */
export class Maintenance {
  #configuredWindows: MaintenanceWindows = { channels: {} };
  #operatorWindows: MaintenanceWindows = { channels: {} };
  #isActive = false;

  /** Takes what the configuration says. */
  setConfiguredWindows(closures: MaintenanceWindows): void {
    this.#configuredWindows = closures;
    this.#updateIsActive();
  }

  /** Takes what an operator says; replaces what was said before. */
  setOperatorWindows(closures: MaintenanceWindows): void {
    this.#operatorWindows = closures;
    this.#updateIsActive();
  }

  /** Why the bus takes no requests at all; `undefined` when it does. */
  checkBus(): BusError | undefined {
    if (!this.#isActive) return undefined;
    return createMaintenanceFailure(this.#operatorWindows.bus) ?? createMaintenanceFailure(this.#configuredWindows.bus);
  }

  /** The first step of a channel, which throws while it is worked on. */
  createStep(channel: string): () => undefined {
    return () => {
      if (!this.#isActive) return;
      const refusal =
        createMaintenanceFailure(findWindow(this.#operatorWindows, channel)) ??
        createMaintenanceFailure(findWindow(this.#configuredWindows, channel));
      if (refusal) throw refusal;
    };
  }

  #updateIsActive(): void {
    this.#isActive = hasWindow(this.#configuredWindows) || hasWindow(this.#operatorWindows);
  }
}

function findWindow({ channels }: MaintenanceWindows, name: string): MaintenanceWindow | undefined {
  return Object.hasOwn(channels, name) ? channels[name] : undefined;
}

function createMaintenanceFailure(closure: MaintenanceWindow | undefined): BusError | undefined {
  if (!closure) return undefined;
  const nowMs = Date.now();
  const { until, retryAfter } = closure;
  const leftMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until) - nowMs;
  if (leftMs <= 0) return undefined;
  const waitMs = Math.min(retryAfter ?? (until === undefined ? DEFAULT_RETRY_AFTER_MS : leftMs), leftMs);
  return createFailure('MAINTENANCE', {
    retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)),
    data: { estimated_recovery: new Date(until ?? nowMs + waitMs).toISOString() },
  });
}

function hasWindow({ bus, channels }: MaintenanceWindows): boolean {
  return bus !== undefined || Object.keys(channels).length > 0;
}
