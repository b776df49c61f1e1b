import { CancelledError, UpstreamError } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import { CancelScope, Deadline } from '@trunkline/time';
import type { InternalAxiosRequestConfig } from 'axios';
import { type CallLimits, OutgoingCall, type OutgoingRequest } from '../request/outgoing-call';

/** What an adopted call gets from the connection in place of an invocation. */
export interface StandaloneCallOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly logger: Logger;
}

/** A call that came to the HTTP client of a connection by itself: it belongs to no invocation, so it has a scope of its own. */
export class StandaloneCall extends OutgoingCall {
  readonly #close: () => void;

  constructor(
    request: OutgoingRequest,
    terms: CallLimits,
    { signal, cancelToken }: Pick<InternalAxiosRequestConfig, 'signal' | 'cancelToken'>,
    { connection, logger }: StandaloneCallOptions,
  ) {
    const expiry = () =>
      new UpstreamError('UPSTREAM_TIMEOUT', `${connection} did not answer within ${terms.totalMs} ms`, {
        connection,
        wasSent: true,
      });
    const scope = new CancelScope(Deadline.in(terms.totalMs), expiry);
    super(request, terms, { cid: undefined, scope, logger });
    const cancel = () => scope.cancel(new CancelledError('the request was cancelled'));
    signal?.addEventListener?.('abort', cancel);
    void cancelToken?.promise.then(cancel);
    this.#close = () => {
      scope.close();
      signal?.removeEventListener?.('abort', cancel);
    };
  }

  /** Nothing comes after it. */
  close(): void {
    this.#close();
  }
}
