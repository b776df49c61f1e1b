/** Something that is to be looked at when the present turn of the event loop is over. */
export interface Lasting {
  last(): void;
}

let waiting: Lasting[] = [];
let tellBy: typeof setImmediate | undefined;

/**
 * Tells `lasting` when this turn of the event loop is over, all that have asked for it together: most requests are answered in
 * the turn they came in, and what is then let alone need not be set up. One immediate for a turn, not one for each.
 */
export function afterThisTurn(lasting: Lasting): void {
  waiting.push(lasting);
  // A test that exchanges the clock takes the immediates along that were made with it.
  if (waiting.length > 1 && tellBy === globalThis.setImmediate) return;
  tellBy = globalThis.setImmediate;
  setImmediate(tell);
}

function tell(): void {
  const told = waiting;
  waiting = [];
  for (const lasting of told) lasting.last();
}
