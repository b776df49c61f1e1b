import type { PipelineCall } from '@trunkline/resilience';
import type { Header } from '@trunkline/security';
import type { AcquiredIdempotencyKey, SideEffects } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { CancelListener, CancelScope, Clock, Deadline } from '@trunkline/time';
import type { BodyReader } from '../response/http-response';
import type { HttpMethod } from './http-method';

/** What a call needs of the invocation that makes it. */
export interface CallContext {
  readonly scope: CancelScope;
  readonly logger: Logger;
  /** Records that a request was attempted, and sent. */
  readonly sideEffects?: SideEffects | undefined;
}

/** A request as it is sent. */
export interface OutgoingRequest {
  readonly method: HttpMethod;
  /** From the root of the host, query included. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | undefined;
  /** Reads the body of the response. Default: that of the connection. */
  readonly readBody?: BodyReader | undefined;
  /** Key of a request made in a job, where the method is not idempotent. */
  readonly jobIdempotencyKey?: AcquiredIdempotencyKey | undefined;
}

/** How long a call may take, and whether it may be repeated. */
export interface CallLimits {
  /** One attempt, to its last byte. */
  readonly timeoutMs: number;
  /** The whole call, further attempts included. */
  readonly totalMs: number;
  /** Whether it may be sent again after an attempt that may have reached the upstream. */
  readonly isSafeToRetry: boolean;
  /** The clock that measures these limits. */
  readonly clock: Clock;
}

/** One call of an upstream, over all its attempts. */
export class OutgoingCall implements PipelineCall {
  #attempts = 0;
  #wasSent = false;
  #hasFailed = false;
  /** The call whose attempt this one hedges; itself where it is no hedge. */
  #hedgedCall: OutgoingCall = this;
  /** The call that this request is a part of; itself where one request is the whole call. */
  #parentCall: OutgoingCall = this;
  #totalEndMs = Infinity;
  #attemptEndMs = Infinity;

  constructor(
    readonly request: OutgoingRequest,
    readonly limits: CallLimits,
    readonly context: CallContext,
  ) {
    if (context.sideEffects) context.sideEffects.hasAttemptedSend = true;
  }

  get attemptCount(): number {
    return this.#attempts;
  }

  start(): void {
    this.#totalEndMs = this.limits.clock.nowMs() + this.limits.totalMs;
    this.context.sideEffects?.startWork();
  }

  startAttempt(): void {
    this.#attempts += 1;
    this.#wasSent = false;
  }

  startAttemptTime(): void {
    this.#attemptEndMs = Math.min(this.#totalEndMs, this.limits.clock.nowMs() + this.limits.timeoutMs);
  }

  end(): void {
    this.context.sideEffects?.endWork();
  }

  /** Whether a request of the present attempt has started to be written. */
  get wasSent(): boolean {
    return this.#parentCall.#wasSent;
  }

  markSent(): void {
    this.#parentCall.#wasSent = true;
    if (this.context.sideEffects) this.context.sideEffects.wasSent = true;
  }

  recordFailure(): boolean {
    const hadFailed = this.#hedgedCall.#hasFailed;
    this.#hedgedCall.#hasFailed = true;
    return hadFailed;
  }

  /** Why the call was cancelled; `undefined` while it is not. */
  get reason(): Error | undefined {
    return this.context.scope.reason;
  }

  /** The end of the total time or the deadline of the invocation, whichever is earlier. */
  get deadline(): Deadline {
    return this.context.scope.deadline.limitTo(this.#remainingTotalMs());
  }

  onCancel(listener: CancelListener): () => void {
    return this.context.scope.onCancel(listener);
  }

  remainingMs(): number {
    return Math.min(this.#remainingTotalMs(), this.context.scope.deadline.remainingMs());
  }

  /**
   * Milliseconds left of the attempt, by the limits of the call. The deadline of the invocation does not count: an invocation may end
   * without waiting for its call, and no longer cancels it then.
   */
  remainingAttemptMs(): number {
    return Math.max(0, this.#attemptEndMs - this.limits.clock.nowMs());
  }

  /** Copies the call for another target on the same host, within the same attempt. */
  withRedirect({ method, path }: Pick<OutgoingRequest, 'method' | 'path'>): OutgoingCall {
    const { headers, readBody } = this.request;
    const body = method === this.request.method ? this.request.body : undefined;
    return this.#createPart({ method, path, headers, body, readBody });
  }

  /** Copies the call with one more header, within the same attempt. */
  withHeader([name, value]: Header): OutgoingCall {
    const { method, path, headers, body, readBody } = this.request;
    return this.#createPart({ method, path, headers: [...headers, name, value], body, readBody });
  }

  /** Copies the call for a concurrent attempt that ends with the scope. */
  withScope(scope: CancelScope): OutgoingCall {
    const { logger, sideEffects } = this.context;
    const hedge = new OutgoingCall(this.request, this.limits, { logger, sideEffects, scope });
    hedge.#hedgedCall = this.#hedgedCall;
    hedge.#totalEndMs = this.#totalEndMs;
    return hedge;
  }

  #remainingTotalMs(): number {
    return Math.max(0, this.#totalEndMs - this.limits.clock.nowMs());
  }

  #createPart(request: OutgoingRequest): OutgoingCall {
    const part = new OutgoingCall(request, this.limits, this.context);
    part.#parentCall = this.#parentCall;
    part.#totalEndMs = this.#totalEndMs;
    part.#attemptEndMs = this.#attemptEndMs;
    return part;
  }
}
