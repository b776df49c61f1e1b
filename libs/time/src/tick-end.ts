/** A handler that runs at the end of the current event-loop iteration. */
export interface TickEndHandler {
  handleTickEnd(): void;
}

let pendingHandlers: TickEndHandler[] = [];
let scheduledBy: typeof setImmediate | undefined;

/**
 * Runs `handler` at the end of this event-loop iteration. Most requests end in the iteration in which they arrive, and need no timer. All
 * handlers share one immediate.
 */
export function runAtTickEnd(handler: TickEndHandler): void {
  pendingHandlers.push(handler);
  // Fake timers of a test may have replaced `setImmediate`, and with it the pending immediate.
  if (pendingHandlers.length > 1 && scheduledBy === globalThis.setImmediate) return;
  scheduledBy = globalThis.setImmediate;
  setImmediate(runPendingHandlers);
}

function runPendingHandlers(): void {
  const handlers = pendingHandlers;
  pendingHandlers = [];
  for (const handler of handlers) handler.handleTickEnd();
}
