import type { CallScope } from '@trunkline/resilience';
import type { AcquiredIdempotencyKey, SideEffects } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { type CancelListener, type CancelScope, Deadline } from '@trunkline/time';
import type { GenericAbortSignal } from 'axios';
import type { Header } from '@trunkline/security';
import type { HttpMethod } from './http-method';

/** On whose behalf something is called: what a call needs of an invocation. */
export interface CallContext {
  /** Absent where there is no invocation. */
  readonly cid: string | undefined;
  readonly scope: CancelScope;
  readonly logger: Logger;
  /** Where it is noted that something was to be sent, and was. */
  readonly sideEffects?: SideEffects | undefined;
}

/** What is sent. */
export interface OutgoingRequest {
  readonly method: HttpMethod;
  /** From the root of the host, query included. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | undefined;
  /** Of a request made in a job that is not idempotent by its method. */
  readonly jobIdempotencyKey?: AcquiredIdempotencyKey | undefined;
}

/** How long a call may take, and whether it may be made again. */
export interface CallLimits {
  /** One attempt, to its last byte. */
  readonly timeoutMs: number;
  /** The whole call, further attempts included. */
  readonly totalMs: number;
  /** May it be sent again after an attempt that may have reached the upstream? */
  readonly isSafeToRetry: boolean;
}

/**
 * One call of an upstream, the same over all attempts of it.
 *
 * It travels through axios as the `signal` of the request: axios copies what else it is given, and a call aborts with the
 * invocation it belongs to, without an `AbortController` of its own.
 */
export class OutgoingCall implements GenericAbortSignal, CallScope {
  #attempts = 0;
  #wasSent = false;
  #hasFailed = false;
  /** The call that this one is made beside. */
  #hedgedCall: OutgoingCall = this;
  /** The call that this one is a part of, where it took several requests to get an answer. */
  #parentCall: OutgoingCall = this;
  readonly #totalDeadline: Deadline;
  #stopListening: (() => void) | undefined;

  constructor(
    readonly request: OutgoingRequest,
    readonly limits: CallLimits,
    readonly context: CallContext,
  ) {
    this.#totalDeadline = Deadline.in(limits.totalMs);
    if (context.sideEffects) context.sideEffects.hasAttemptedSend = true;
  }

  /** Attempts begun. */
  get attemptCount(): number {
    return this.#attempts;
  }

  startAttempt(): void {
    this.#attempts += 1;
    this.#wasSent = false;
  }

  /** Has a request of the present attempt begun to be written? */
  get wasSent(): boolean {
    return this.#parentCall.#wasSent;
  }

  markSent(): void {
    this.#parentCall.#wasSent = true;
    if (this.context.sideEffects) this.context.sideEffects.wasSent = true;
  }

  /**
   * Notes that an attempt, be it one beside this one, has failed.
   *
   * @returns whether one had failed before
   */
  recordFailure(): boolean {
    const hadFailed = this.#hedgedCall.#hasFailed;
    this.#hedgedCall.#hasFailed = true;
    return hadFailed;
  }

  /** Why nobody waits for it any more; `undefined` while somebody does. */
  get reason(): Error | undefined {
    return this.context.scope.reason;
  }

  /** Of the call and of the invocation, the earlier one. */
  get deadline(): Deadline {
    return this.context.scope.deadline.limitTo(this.#totalDeadline.remainingMs());
  }

  onCancel(listener: CancelListener): () => void {
    return this.context.scope.onCancel(listener);
  }

  /** Milliseconds left for the call, by its own limit and by the invocation's deadline. */
  remainingMs(): number {
    return Math.min(this.#totalDeadline.remainingMs(), this.context.scope.deadline.remainingMs());
  }

  /**
   * Milliseconds an attempt may take from now on, by the call's own limits. The deadline of the invocation is not among them:
   * an invocation may end without waiting for its call, and then watches over it no longer.
   */
  remainingAttemptMs(): number {
    return Math.min(this.limits.timeoutMs, this.#totalDeadline.remainingMs());
  }

  /** The same call, to be made elsewhere on the host, in what is left of the attempt. */
  withRedirect({ method, path }: Pick<OutgoingRequest, 'method' | 'path'>, timeoutMs: number): OutgoingCall {
    const body = method === this.request.method ? this.request.body : undefined;
    return this.#createPart({ method, path, headers: this.request.headers, body }, timeoutMs);
  }

  /** The same call with one more header, in what is left of the attempt. */
  withHeader([name, value]: Header, timeoutMs: number): OutgoingCall {
    const { method, path, headers, body } = this.request;
    return this.#createPart({ method, path, headers: [...headers, name, value], body }, timeoutMs);
  }

  /** The same call, in what is left of the attempt. */
  withTimeout(timeoutMs: number): OutgoingCall {
    return this.#createPart(this.request, timeoutMs);
  }

  /** The same call, to be made at the same time as this one, and to end with a scope of its own. */
  withScope(scope: CancelScope): OutgoingCall {
    const { cid, logger, sideEffects } = this.context;
    const terms = { ...this.limits, totalMs: this.#totalDeadline.remainingMs() };
    const beside = new OutgoingCall(this.request, terms, { cid, logger, sideEffects, scope });
    beside.#hedgedCall = this.#hedgedCall;
    return beside;
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

  #createPart(request: OutgoingRequest, timeoutMs: number): OutgoingCall {
    const terms = { ...this.limits, timeoutMs, totalMs: this.#totalDeadline.remainingMs() };
    const part = new OutgoingCall(request, terms, this.context);
    part.#parentCall = this.#parentCall;
    return part;
  }
}
