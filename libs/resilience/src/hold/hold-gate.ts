import type { AttemptOutcome, CallKind } from '../pipeline/call-kind';
import type { Gate } from '../policy/gate';
import type { Hold } from './hold';

/** Rejects attempts during a hold, and starts it where an outcome requests it. */
export class HoldGate<Call, Result> implements Gate<Call, Result, undefined> {
  constructor(
    private readonly hold: Hold,
    private readonly kind: Pick<CallKind<Call, Result>, 'classifier' | 'rejections'>,
  ) {}

  admit(): Error | undefined {
    return this.findRejection();
  }

  findRejection(): Error | undefined {
    const remainingMs = this.hold.remainingMs();
    return remainingMs > 0 ? this.kind.rejections.createOnHoldError(remainingMs) : undefined;
  }

  settle(_permit: undefined, _call: Call, failed: AttemptOutcome<Result> | undefined): void {
    if (failed) this.hold.start(this.kind.classifier.findHoldMs(failed) ?? 0);
  }

  remainingMs(): number {
    return this.hold.remainingMs();
  }
}
