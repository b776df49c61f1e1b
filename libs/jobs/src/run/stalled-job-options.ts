/**
 * Options for BullMQ's detection of stalled jobs. A job whose host crashed is queued again within twice the lock duration.
 *
 * The number of stalls is unlimited for BullMQ, which by default fails a job at its second stall: the bus counts each stall as an
 * attempt.
 */
export function createStalledJobOptions(lockMs: number) {
  return { lockDuration: lockMs, stalledInterval: lockMs / 2, maxStalledCount: 1_000_000 };
}
