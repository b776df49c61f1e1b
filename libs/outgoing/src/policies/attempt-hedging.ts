import { CancelledError, UpstreamError } from '@trunkline/failures';
import type { Hedge, HedgedAttempt } from '@trunkline/resilience';
import { CancelScope } from '@trunkline/time';
import type { AttemptHandler, AttemptMiddleware } from './attempt-middleware';
import { isIdempotent } from '../rest/request/http-method';
import type { OutgoingCall } from '../rest/request/outgoing-call';
import type { RestResponse } from '../rest/response/rest-response';
import { isThrottled } from '../rest/response/rate-limit';

/** Begins another attempt beside a slow one of an idempotent method. Where all fail, it is as if there had been the first alone. */
export function hedgeAttempts(hedge: Hedge, connection: string): AttemptMiddleware {
  return (attempt) => (call) => {
    if (!isIdempotent(call.request.method)) return attempt(call);
    let first: Promise<RestResponse> | undefined;
    const begin = () => {
      const one = new CancellableAttempt(attempt, call, connection);
      first ??= one.response;
      return one;
    };
    return hedge.run(begin, call).catch((failure: unknown) => first ?? Promise.reject<RestResponse>(failure));
  };
}

/** An attempt that can be ended without ending the call. */
class CancellableAttempt implements HedgedAttempt<RestResponse> {
  /** Whatever came. */
  readonly response: Promise<RestResponse>;
  /** Rejects where an answer came that another attempt may better. */
  readonly outcome: Promise<RestResponse>;
  readonly #scope: CancelScope;

  constructor(attempt: AttemptHandler, call: OutgoingCall, connection: string) {
    const { scope } = call.context;
    const expiry = () => scope.reason ?? createDeadlineError(connection);
    this.#scope = new CancelScope(scope.deadline, expiry, scope);
    this.response = attempt(call.withScope(this.#scope)).finally(() => this.#scope.close());
    this.outcome = this.response.then(rejectFailure);
  }

  cancel(): void {
    this.#scope.cancel(new CancelledError('another attempt was faster'));
  }
}

function rejectFailure(response: RestResponse): RestResponse {
  if (response.status >= 500 || isThrottled(response)) throw new Error('the upstream answered with a failure');
  return response;
}

function createDeadlineError(connection: string): UpstreamError {
  return new UpstreamError('UPSTREAM_TIMEOUT', `${connection} did not answer before the deadline`, {
    connection,
    wasSent: true,
  });
}
