import type { ServerResponse } from 'node:http';

/** Work that is in progress for a request. */
interface PendingWork {
  /** Settles when the response no longer depends on the work. */
  readonly promise: PromiseLike<unknown>;
  readonly sideEffects: { onceSettled(onEnd: () => void): void };
}

const PENDING_WORK = new WeakMap<ServerResponse, PendingWork>();

/** Stores the work of a request that continues asynchronously, for {@link runWhenWorkEnds}. */
export function setPendingWork(response: ServerResponse, work: PendingWork): void {
  PENDING_WORK.set(response, work);
}

/**
 * Calls `onEnd` once the work of a request has ended; at once if there is none. A disconnect or a deadline ends the wait for the work, but not
 * work that ignores its abort signal.
 */
export function runWhenWorkEnds(response: ServerResponse, onEnd: () => void): void {
  const work = PENDING_WORK.get(response);
  if (!work) return onEnd();
  const waitForEnd = () => work.sideEffects.onceSettled(onEnd);
  work.promise.then(waitForEnd, waitForEnd);
}
