import { InternalError } from '@trunkline/failures';

/** The result of a branch cannot be kept for the composite that needs it. What the branch has done is not to be done again for that. */
export class UnkeptResultError extends InternalError {
  constructor(service: string) {
    super(`${service} gave what has no JSON form of at most 1 MiB, and is a branch of a composite, which needs it`);
  }
}
