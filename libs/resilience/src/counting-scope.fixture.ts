import { type CancelListener, Deadline } from '@trunkline/time';
import type { CallScope } from './call-scope';

/** A scope that is never cancelled, not even by its deadline, and counts its listeners. */
export class CountingScope implements CallScope {
  readonly reason = undefined;
  readonly listeners = new Set<CancelListener>();

  constructor(readonly deadline = Deadline.in(60_000)) {}

  onCancel(listener: CancelListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
