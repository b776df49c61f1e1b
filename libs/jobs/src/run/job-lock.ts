import type { CancelScope } from '@trunkline/time';
import type { JobStore } from '../queues/job-store';
import type { JobAttempt } from './job-attempt';
import { LockLostError } from './lock-lost-error';

/** Checks the locks that this host has on the jobs it runs. */
export class JobLock {
  constructor(
    private readonly store: JobStore,
    private readonly lockMs: number,
  ) {}

  /** Whether the host still has its lock on a job. The store is queried only if the lock may have expired. */
  async isHeld({ job, token }: JobAttempt, scope: CancelScope): Promise<boolean> {
    if (scope.reason instanceof LockLostError) return false;
    if (Date.now() - (job.processedOn ?? 0) < this.lockMs) return true;
    // A store that does not respond cannot store the result of the attempt either.
    const extended = await this.store.call(() => job.extendLock(token, this.lockMs)).catch(() => 1);
    return extended === 1;
  }
}
