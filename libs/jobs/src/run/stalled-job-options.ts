/**
 * How BullMQ watches over jobs that are under way. A job whose host died is taken up again after the lock has run out and a look
 * or two at it: within twice the lock. How often that may happen is for the attempts to say, never for BullMQ (its own default ends
 * an accepted job after the second crash).
 */
export function createStalledJobOptions(lockMs: number) {
  return { lockDuration: lockMs, stalledInterval: lockMs / 2, maxStalledCount: 1_000_000 };
}
