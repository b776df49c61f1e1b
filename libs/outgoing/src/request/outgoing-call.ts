import type { CallScope } from '@trunkline/resilience';
import type { EffectKey, Footprint } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { type CancelListener, type CancelScope, Deadline } from '@trunkline/time';
import type { GenericAbortSignal } from 'axios';
import type { Header } from './header-rules';
import type { HttpMethod } from './http-method';

/** On whose behalf something is called: what a call needs of an invocation. */
export interface CallContext {
  /** Absent where there is no invocation. */
  readonly cid: string | undefined;
  readonly scope: CancelScope;
  readonly logger: Logger;
  /** Where it is noted that something was to be sent, and was. */
  readonly footprint?: Footprint | undefined;
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
  readonly effect?: EffectKey | undefined;
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
export class OutgoingCall implements GenericAbortSignal, CallScope {
  #attempts = 0;
  #wasSent = false;
  #hasFailed = false;
  /** The call that this one is made beside. */
  #origin: OutgoingCall = this;
  /** The call that this one is a part of, where it took several requests to get an answer. */
  #whole: OutgoingCall = this;
  readonly #total: Deadline;
  #stopListening: (() => void) | undefined;

  constructor(
    readonly request: OutgoingRequest,
    readonly terms: CallTerms,
    readonly context: CallContext,
  ) {
    this.#total = Deadline.in(terms.totalMs);
    if (context.footprint) context.footprint.hasTried = true;
  }

  /** Attempts begun. */
  get attempts(): number {
    return this.#attempts;
  }

  beginAttempt(): void {
    this.#attempts += 1;
    this.#wasSent = false;
  }

  /** Has a request of the present attempt begun to be written? */
  get wasSent(): boolean {
    return this.#whole.#wasSent;
  }

  markSent(): void {
    this.#whole.#wasSent = true;
    if (this.context.footprint) this.context.footprint.wasSent = true;
  }

  /**
   * Notes that an attempt, be it one beside this one, has failed.
   *
   * @returns whether one had failed before
   */
  noteFailure(): boolean {
    const hadFailed = this.#origin.#hasFailed;
    this.#origin.#hasFailed = true;
    return hadFailed;
  }

  /** Why nobody waits for it any more; `undefined` while somebody does. */
  get reason(): Error | undefined {
    return this.context.scope.reason;
  }

  /** Of the call and of the invocation, the earlier one. */
  get deadline(): Deadline {
    return this.context.scope.deadline.atMost(this.#total.remainingMs());
  }

  onCancel(listener: CancelListener): () => void {
    return this.context.scope.onCancel(listener);
  }

  /** Milliseconds left for the call, by its own limit and by the invocation's deadline. */
  remainingMs(): number {
    return Math.min(this.#total.remainingMs(), this.context.scope.deadline.remainingMs());
  }

  /**
   * Milliseconds an attempt may take from now on, by the call's own limits. The deadline of the invocation is not among them:
   * an invocation may end without waiting for its call, and then watches over it no longer.
   */
  attemptMs(): number {
    return Math.min(this.terms.timeoutMs, this.#total.remainingMs());
  }

  /** The same call, to be made elsewhere on the host, in what is left of the attempt. */
  redirected({ method, path }: Pick<OutgoingRequest, 'method' | 'path'>, timeoutMs: number): OutgoingCall {
    const body = method === this.request.method ? this.request.body : undefined;
    return this.#part({ method, path, headers: this.request.headers, body }, timeoutMs);
  }

  /** The same call with one more header, in what is left of the attempt. */
  withHeader([name, value]: Header, timeoutMs: number): OutgoingCall {
    const { method, path, headers, body } = this.request;
    return this.#part({ method, path, headers: [...headers, name, value], body }, timeoutMs);
  }

  /** The same call, in what is left of the attempt. */
  shortened(timeoutMs: number): OutgoingCall {
    return this.#part(this.request, timeoutMs);
  }

  /** The same call, to be made at the same time as this one, and to end with a scope of its own. */
  under(scope: CancelScope): OutgoingCall {
    const { cid, logger, footprint } = this.context;
    const terms = { ...this.terms, totalMs: this.#total.remainingMs() };
    const beside = new OutgoingCall(this.request, terms, { cid, logger, footprint, scope });
    beside.#origin = this.#origin;
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

  #part(request: OutgoingRequest, timeoutMs: number): OutgoingCall {
    const terms = { ...this.terms, timeoutMs, totalMs: this.#total.remainingMs() };
    const part = new OutgoingCall(request, terms, this.context);
    part.#whole = this.#whole;
    return part;
  }
}
