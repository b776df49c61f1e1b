import { type BusError, createFailure } from '@trunkline/failures';
import type { MaintenanceWindow, MaintenanceWindows } from './maintenance-window';

const DEFAULT_RETRY_AFTER_MS = 60_000;
const NO_WINDOWS: MaintenanceWindows = { scopes: {} };

/**
 * Rejects requests with 503 `MAINTENANCE` while a maintenance window is open, for the whole server or for a named scope of it. Windows
 * come from the configuration and from an operator; either of them suffices to reject a request.
 */
export class Maintenance {
  #configuredWindows = NO_WINDOWS;
  #operatorWindows = NO_WINDOWS;
  #isActive = false;

  /** Sets the windows of the configuration. */
  setConfiguredWindows(windows: MaintenanceWindows): void {
    this.#configuredWindows = windows;
    this.#updateIsActive();
  }

  /** Replaces the windows that an operator has opened. */
  setOperatorWindows(windows: MaintenanceWindows): void {
    this.#operatorWindows = windows;
    this.#updateIsActive();
  }

  /**
   * Checks whether the server is in maintenance.
   *
   * @returns the failure to respond with; `undefined` when the server takes requests
   */
  checkServer(): BusError | undefined {
    if (!this.#isActive) return undefined;
    return (
      createMaintenanceFailure(this.#operatorWindows.server) ?? createMaintenanceFailure(this.#configuredWindows.server)
    );
  }

  /** Creates the step of an `onRequest` hook that throws `MAINTENANCE` while a window of this scope is open. */
  createStep(scope: string): () => undefined {
    return () => {
      if (!this.#isActive) return;
      const failure =
        createMaintenanceFailure(findWindow(this.#operatorWindows, scope)) ??
        createMaintenanceFailure(findWindow(this.#configuredWindows, scope));
      if (failure) throw failure;
    };
  }

  #updateIsActive(): void {
    this.#isActive = hasWindow(this.#configuredWindows) || hasWindow(this.#operatorWindows);
  }
}

function findWindow({ scopes }: MaintenanceWindows, name: string): MaintenanceWindow | undefined {
  return Object.hasOwn(scopes, name) ? scopes[name] : undefined;
}

/** @returns `undefined` without a window, and after its end */
function createMaintenanceFailure(window: MaintenanceWindow | undefined): BusError | undefined {
  if (!window) return undefined;
  const nowMs = Date.now();
  const { until, retryAfter } = window;
  const leftMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until) - nowMs;
  if (leftMs <= 0) return undefined;
  const waitMs = Math.min(retryAfter ?? (until === undefined ? DEFAULT_RETRY_AFTER_MS : leftMs), leftMs);
  return createFailure('MAINTENANCE', {
    retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)),
    data: { estimated_recovery: new Date(until ?? nowMs + waitMs).toISOString() },
  });
}

function hasWindow({ server, scopes }: MaintenanceWindows): boolean {
  return server !== undefined || Object.keys(scopes).length > 0;
}
