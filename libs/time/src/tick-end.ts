/** Something that is to be looked at when the present turn of the event loop is over. */
export interface TickEndHandler {
  handleTickEnd(): void;
}

let pendingHandlers: TickEndHandler[] = [];
let scheduledBy: typeof setImmediate | undefined;

/**
 * Tells `lasting` when this turn of the event loop is over, all that have asked for it together: most requests are answered in
 * the turn they came in, and what is then let alone need not be set up. One immediate for a turn, not one for each.
 */
export function runAtTickEnd(lasting: TickEndHandler): void {
  pendingHandlers.push(lasting);
  // A test that exchanges the clock takes the immediates along that were made with it.
  if (pendingHandlers.length > 1 && scheduledBy === globalThis.setImmediate) return;
  scheduledBy = globalThis.setImmediate;
  setImmediate(runPendingHandlers);
}

function runPendingHandlers(): void {
  const told = pendingHandlers;
  pendingHandlers = [];
  for (const lasting of told) lasting.handleTickEnd();
}
