import type { InternalAxiosRequestConfig } from 'axios';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';

/** What came of an attempt: an answer of whatever status, or a failure. */
export type AttemptOutcome = { readonly response: RestResponse } | { readonly failure: unknown };

/** An attempt after which another may come: what axios-retry decides on, and nobody else ever gets to see. */
export class FailedAttempt extends Error {
  /** Milliseconds to wait before the next attempt, once it has been decided that there is one. */
  delayMs = 0;

  constructor(
    readonly call: OutgoingCall,
    readonly outcome: AttemptOutcome,
    /** By this name axios-retry knows what to send again. */
    readonly config: InternalAxiosRequestConfig,
  ) {
    super('an attempt failed');
  }
}
