import { InternalError } from '@trunkline/failures';

/** The host has lost its lock on a job: another host may run the job already, and the store rejects the result of this attempt. */
export class LockLostError extends InternalError {
  constructor(id: string) {
    super(`the lock of job ${id} was lost`);
  }
}
