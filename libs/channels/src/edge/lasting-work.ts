import type { ServerResponse } from 'node:http';
import type { Footprint } from '@trunkline/service';

/** What is still being done for a request. */
interface Work {
  /** What the channel waits for. */
  readonly awaited: PromiseLike<unknown>;
  readonly footprint: Footprint;
}

const LASTING = new WeakMap<ServerResponse, Work>();

/** Notes work that goes on after the turn of the event loop in which its request came, so that somebody can wait for its end. */
export function noteLasting(response: ServerResponse, work: Work): void {
  LASTING.set(response, work);
}

/**
 * Calls `onEnd` when the services that work for a request have ended: at once where none does. A client that leaves, or a deadline
 * that passes, ends the waiting for them, but not a service that does not heed its signal.
 */
export function whenWorkEnds(response: ServerResponse, onEnd: () => void): void {
  const work = LASTING.get(response);
  if (!work) return onEnd();
  const wait = () => work.footprint.whenSettled(onEnd);
  work.awaited.then(wait, wait);
}
