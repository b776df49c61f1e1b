import { InternalError, type BusErrorOptions } from '@trunkline/failures';

/** The result of a job cannot be stored. The job is not retried, since its side effects would be repeated. */
export class ResultNotStorableError extends InternalError {
  constructor(message: string, options: BusErrorOptions = {}) {
    super(message, options);
  }
}
