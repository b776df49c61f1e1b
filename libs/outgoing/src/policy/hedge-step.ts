import { CancelledError, UpstreamError } from '@trunkline/failures';
import type { Hedge, HedgedAttempt } from '@trunkline/resilience';
import { CancelScope } from '@trunkline/time';
import type { Attempt, AttemptStep } from '../attempt/attempt';
import { isIdempotent } from '../request/http-method';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';
import { isThrottled } from '../response/rate-limit';

/** Begins another attempt beside a slow one of an idempotent method. Where all fail, it is as if there had been the first alone. */
export function hedged(hedge: Hedge, connection: string): AttemptStep {
  return (attempt) => (call) => {
    if (!isIdempotent(call.request.method)) return attempt(call);
    let first: Promise<RestResponse> | undefined;
    const begin = () => {
      const one = new OneOfSeveral(attempt, call, connection);
      first ??= one.answer;
      return one;
    };
    return hedge.run(begin, call).catch((failure: unknown) => first ?? Promise.reject<RestResponse>(failure));
  };
}

/** An attempt that can be ended without ending the call. */
class OneOfSeveral implements HedgedAttempt<RestResponse> {
  /** Whatever came. */
  readonly answer: Promise<RestResponse>;
  /** Rejects where an answer came that another attempt may better. */
  readonly outcome: Promise<RestResponse>;
  readonly #scope: CancelScope;

  constructor(attempt: Attempt, call: OutgoingCall, connection: string) {
    const { scope } = call.context;
    const expiry = () => scope.reason ?? tooLate(connection);
    this.#scope = new CancelScope(scope.deadline, expiry, scope);
    this.answer = attempt(call.under(this.#scope)).finally(() => this.#scope.close());
    this.outcome = this.answer.then(refuseFailure);
  }

  cancel(): void {
    this.#scope.cancel(new CancelledError('another attempt was faster'));
  }
}

function refuseFailure(response: RestResponse): RestResponse {
  if (response.status >= 500 || isThrottled(response)) throw new Error('the upstream answered with a failure');
  return response;
}

function tooLate(connection: string): UpstreamError {
  return new UpstreamError('UPSTREAM_TIMEOUT', `${connection} did not answer before the deadline`, {
    connection,
    wasSent: true,
  });
}
