import type { RejectionFactory } from '../pipeline/call-kind';
import type { Gate } from '../policy/gate';
import type { CallLimit } from './call-limit';
import type { CallLimitDecision, LimitedCall } from './call-limit-decision';

/** Lets attempts wait for their turn, or rejects them, while the limit of the upstream is exhausted. A counted attempt stays counted. */
export class CallLimitGate<Call extends LimitedCall, Result> implements Gate<Call, Result, undefined> {
  constructor(
    private readonly limit: CallLimit,
    private readonly rejections: Pick<RejectionFactory, 'createLimitedError'>,
  ) {}

  admit(call: Call): undefined | Error | Promise<undefined | Error> {
    const decision = this.limit.acquire(call);
    return decision instanceof Promise
      ? decision.then((late) => this.#findRejection(call, late))
      : this.#findRejection(call, decision);
  }

  #findRejection(call: Call, decision: CallLimitDecision): Error | undefined {
    if (decision.isAllowed) return undefined;
    return call.reason ?? this.rejections.createLimitedError(decision.retryAfterMs);
  }
}
