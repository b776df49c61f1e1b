import type { ServerResponse } from 'node:http';

/** What is still being done for a request. */
interface PendingWork {
  /** What the channel waits for. */
  readonly promise: PromiseLike<unknown>;
  readonly sideEffects: { onceSettled(onEnd: () => void): void };
}

const PENDING_WORK = new WeakMap<ServerResponse, PendingWork>();

/** Notes work that goes on after the turn of the event loop in which its request came, so that somebody can wait for its end. */
export function setPendingWork(response: ServerResponse, work: PendingWork): void {
  PENDING_WORK.set(response, work);
}

/**
 * Calls `onEnd` when the services that work for a request have ended: at once where none does. A client that leaves, or a deadline
 * that passes, ends the waiting for them, but not a service that does not heed its signal.
 */
export function runWhenWorkEnds(response: ServerResponse, onEnd: () => void): void {
  const work = PENDING_WORK.get(response);
  if (!work) return onEnd();
  const wait = () => work.sideEffects.onceSettled(onEnd);
  work.promise.then(wait, wait);
}
