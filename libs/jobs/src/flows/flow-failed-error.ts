import { CompositeError, type FailedComposite } from '@trunkline/service';

/** A branch that a durable composite needs is a dead letter. Another attempt of the composite would find the same. */
export class FlowFailedError extends CompositeError {
  constructor({ failure, branches, title }: FailedComposite) {
    super(failure, branches, title);
  }
}
