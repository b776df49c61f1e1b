import type { Logger } from '@trunkline/telemetry';
import { type CancelScope, Deadline } from '@trunkline/time';
import type { GenericAbortSignal } from 'axios';
import type { HttpMethod } from './http-method';

/** On whose behalf something is called: what a call needs of an invocation. */
export interface CallContext {
  /** Absent where there is no invocation. */
  readonly cid: string | undefined;
  readonly scope: CancelScope;
  readonly logger: Logger;
}

/** What is sent. */
export interface OutgoingRequest {
  readonly method: HttpMethod;
  /** From the root of the host, query included. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | undefined;
}

/** How long a call may take, and whether it may be made again. */
export interface CallTerms {
  /** One attempt, to its last byte. */
  readonly timeoutMs: number;
  /** The whole call, further attempts included. */
  readonly totalMs: number;
  /** May it be sent again after an attempt that may have reached the upstream? */
  readonly isRepeatable: boolean;
}

/**
 * One call of an upstream, the same over all attempts of it.
 *
 * It travels through axios as the `signal` of the request: axios copies what else it is given, and a call aborts with the
 * invocation it belongs to, without an `AbortController` of its own.
 */
export class OutgoingCall implements GenericAbortSignal {
  /** Attempts begun. */
  attempts = 0;
  readonly #total: Deadline;
  #stopListening: (() => void) | undefined;

  constructor(
    readonly request: OutgoingRequest,
    readonly terms: CallTerms,
    readonly context: CallContext,
  ) {
    this.#total = Deadline.in(terms.totalMs);
  }

  /** Milliseconds left for the call, by its own limit and by the invocation's deadline. */
  remainingMs(): number {
    return Math.min(this.#total.remainingMs(), this.context.scope.deadline.remainingMs());
  }

  /** Milliseconds an attempt may take from now on; `undefined` where the invocation ends before, and says so itself. */
  attemptMs(): number | undefined {
    const ms = Math.min(this.terms.timeoutMs, this.#total.remainingMs());
    return ms < this.context.scope.deadline.remainingMs() ? ms : undefined;
  }

  /** The same call, to be made elsewhere on the host, in what is left of the attempt. */
  redirected({ method, path }: Pick<OutgoingRequest, 'method' | 'path'>, timeoutMs: number): OutgoingCall {
    const body = method === this.request.method ? this.request.body : undefined;
    const terms = { ...this.terms, timeoutMs, totalMs: this.#total.remainingMs() };
    return new OutgoingCall({ method, path, headers: this.request.headers, body }, terms, this.context);
  }

  get aborted(): boolean {
    return this.context.scope.reason !== undefined;
  }

  /** axios-retry listens while it waits for the next attempt. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#stopListening = this.context.scope.onCancel(listener);
  }

  removeEventListener(): void {
    this.#stopListening?.();
  }
}
