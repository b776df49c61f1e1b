import { writeSync } from 'node:fs';
import { getErrorCode } from '@trunkline/failures';

const WRITE_TIMEOUT_MS = 1_000;
const RETRY_DELAY_MS = 10;

const listeners = new Set<() => void>();

/**
 * Calls `listener` when the process exits, however many there are: Node warns of more than ten listeners of its own.
 *
 * @returns takes it back
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

/** Writes all of it, now; gives up on an error, and on a reader that takes nothing for a second. For a process that is exiting. */
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

/** A descriptor that does not wait has no room for the moment. */
export function isBusy(error: unknown): boolean {
  const code = getErrorCode(error);
  return code === 'EAGAIN' || code === 'EBUSY';
}
