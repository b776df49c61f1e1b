import { writeSync } from 'node:fs';
import { getErrorCode } from '@trunkline/failures';

const WRITE_TIMEOUT_MS = 1_000;
const RETRY_DELAY_MS = 10;

const listeners = new Set<() => void>();

/**
 * Calls `listener` when the process exits. All listeners share one listener of Node, which warns about more than ten.
 *
 * @returns a function that removes the listener
 */
export function onExit(listener: () => void): () => void {
  if (listeners.size === 0) process.on('exit', callListeners);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) process.off('exit', callListeners);
  };
}

function callListeners(): void {
  for (const listener of listeners) listener();
}

/** Writes all bytes synchronously, for an exiting process. Stops at an error, and after a second if the reader is blocked. */
export function writeAllSync(descriptor: number, bytes: Buffer): void {
  const endMs = performance.now() + WRITE_TIMEOUT_MS;
  let rest = bytes;
  while (rest.length > 0 && performance.now() < endMs) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (!isBusy(error)) return;
      sleepSync(RETRY_DELAY_MS);
    }
  }
}

export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Checks whether a non-blocking descriptor has no space for now. */
export function isBusy(error: unknown): boolean {
  const code = getErrorCode(error);
  return code === 'EAGAIN' || code === 'EBUSY';
}
