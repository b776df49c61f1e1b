import { CompositeError, type FailedComposite } from '@trunkline/service';

/** A required branch of a durable composite is a dead letter. The composite is not retried: the branch would still have failed. */
export class FlowFailedError extends CompositeError {
  constructor({ failure, branches, title }: FailedComposite) {
    super(failure, branches, title);
  }
}
