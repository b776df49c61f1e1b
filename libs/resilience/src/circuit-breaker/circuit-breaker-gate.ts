import type { AttemptOutcome, CallKind } from '../pipeline/call-kind';
import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Gate } from '../policy/gate';
import type { BreakerOutcome, BreakerPermit } from './breaker-decision';
import type { CircuitBreaker } from './circuit-breaker';

/** Rejects attempts while the breaker is open, and records their outcomes. */
export class CircuitBreakerGate<Call extends PipelineCall, Result> implements Gate<Call, Result, BreakerPermit> {
  constructor(
    private readonly breaker: CircuitBreaker,
    private readonly kind: Pick<CallKind<Call, Result>, 'classifier' | 'rejections'>,
  ) {}

  admit(): BreakerPermit | Error {
    const decision = this.breaker.tryAcquire();
    return decision.isAllowed ? decision : this.kind.rejections.createCircuitOpenError(decision.retryAfterMs);
  }

  findRejection(): Error | undefined {
    return this.breaker.state === 'open' ? this.kind.rejections.createCircuitOpenError(0) : undefined;
  }

  withdraw(permit: BreakerPermit): void {
    this.breaker.record(permit, 'cancelled');
  }

  /** Further failures of one call show nothing new: one resource that fails does not make the upstream unhealthy. */
  settle(permit: BreakerPermit, call: Call, failed: AttemptOutcome<Result> | undefined): void {
    // Recorded even where the classifier throws: the breaker waits for its probe.
    let outcome: BreakerOutcome = 'cancelled';
    try {
      outcome = failed ? this.kind.classifier.toBreakerOutcome(failed, call) : 'success';
    } finally {
      this.breaker.record(permit, outcome === 'failure' && call.recordFailure() ? 'failedAgain' : outcome);
    }
  }

  get blocksRetries(): boolean {
    return this.breaker.state !== 'closed';
  }
}
