import type { CallScope } from '../call-scope';
import type { RejectionFactory } from '../pipeline/call-kind';
import type { Gate } from '../policy/gate';
import type { Bulkhead } from './bulkhead';
import type { BulkheadDecision } from './bulkhead-decision';
import type { BulkheadPermit } from './bulkhead-permit';

/** Queues or rejects attempts while all permits of the bulkhead are in use. */
export class BulkheadGate<Call extends CallScope, Result> implements Gate<Call, Result, BulkheadPermit> {
  constructor(
    private readonly bulkhead: Bulkhead,
    private readonly rejections: RejectionFactory,
  ) {}

  admit(call: Call): BulkheadPermit | Error | Promise<BulkheadPermit | Error> {
    const decision = this.bulkhead.acquire(call);
    return decision instanceof Promise
      ? decision.then((late) => this.#toPermit(call, late))
      : this.#toPermit(call, decision);
  }

  withdraw(permit: BulkheadPermit): void {
    permit.release();
  }

  settle(permit: BulkheadPermit): void {
    permit.release();
  }

  #toPermit(call: Call, decision: BulkheadDecision): BulkheadPermit | Error {
    return decision.isAllowed ? decision : (call.reason ?? this.rejections.createOverloadedError());
  }
}
