import { InternalError, type BusErrorOptions } from '@trunkline/failures';

/** The result of a job cannot be kept, and that ends the job: what it has done is not to be done again for that. */
export class ResultNotStorableError extends InternalError {
  constructor(message: string, options: BusErrorOptions = {}) {
    super(message, options);
  }
}
