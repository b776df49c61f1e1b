import { UpstreamError } from '@trunkline/failures';
import type {
  BreakerOutcome,
  BreakerPass,
  Bulkhead,
  BulkheadEntry,
  BulkheadPermit,
  CircuitBreaker,
  Hold,
} from '@trunkline/resilience';
import type { Attempt, AttemptStep } from '../attempt/attempt';
import type { OutgoingCall } from '../request/outgoing-call';
import { findPauseMs } from '../response/rate-limit';
import type { RestResponse } from '../response/rest-response';
import { outcomeOfAnswer, outcomeOfFailure } from './attempt-outcome';
import type { BreakerFailures } from './breaker-failures';
import { circuitOpen, onHold, overloaded } from './refusals';

/** What keeps attempts from an upstream; `undefined` where it is off. */
export interface Gates {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly hold: Hold | undefined;
  readonly breaker: CircuitBreaker | undefined;
  /** What counts for the breaker. */
  readonly failures: BreakerFailures;
  readonly bulkhead: Bulkhead | undefined;
}

/** Has each attempt go through the hold, the circuit breaker and the bulkhead, in this order, and come back the same way. */
export function throughGates(gates: Gates): AttemptStep {
  const { connection, hold, breaker, bulkhead } = gates;
  return (attempt) => (call) => {
    const holdMs = hold?.remainingMs() ?? 0;
    if (holdMs > 0) return Promise.reject(onHold(connection, holdMs));
    const pass = breaker?.tryEnter();
    if (pass?.isAllowed === false) return Promise.reject(circuitOpen(connection, pass.retryAfterMs));
    const passage = new Passage(gates, pass, call);
    const entry = bulkhead?.enter(call);
    return entry instanceof Promise
      ? entry.then((settled) => passage.afterWaiting(settled, attempt))
      : passage.enter(entry, attempt);
  };
}

/**
 * One attempt that the breaker has let through.
 *
 * It answers to all gates at once: the breaker must have heard of an attempt before the place of that goes to the next,
 * or the failure that opens the breaker lets one more through.
 */
class Passage {
  #permit: BulkheadPermit | undefined;

  constructor(
    private readonly gates: Gates,
    private readonly pass: BreakerPass | undefined,
    private readonly call: OutgoingCall,
  ) {}

  /** The bulkhead has nothing to wait for, or nothing to say. */
  enter(entry: BulkheadEntry | undefined, attempt: Attempt): Promise<RestResponse> {
    const { call } = this;
    if (entry?.isAllowed === false) return this.#refuse(call.reason ?? overloaded(this.gates.connection));
    this.#permit = entry;
    return attempt(call).then(this.#answered, this.#failed);
  }

  /** Meanwhile the client may have left, the breaker may have opened, and the upstream may have asked to be left alone. */
  afterWaiting(entry: BulkheadEntry, attempt: Attempt): Promise<RestResponse> {
    const refusal = entry.isAllowed ? this.#findRefusal() : undefined;
    if (!entry.isAllowed || !refusal) return this.enter(entry, attempt);
    this.#permit = entry;
    return this.#refuse(refusal);
  }

  #findRefusal(): Error | undefined {
    const { connection, breaker, hold } = this.gates;
    if (this.call.reason) return this.call.reason;
    if (breaker?.state === 'open') return circuitOpen(connection, 0);
    const holdMs = hold?.remainingMs() ?? 0;
    return holdMs > 0 ? onHold(connection, holdMs) : undefined;
  }

  readonly #answered = (response: RestResponse): RestResponse => {
    const { failures, hold } = this.gates;
    if (hold && response.status >= 400) hold.begin(findPauseMs(response) ?? 0);
    this.#end(outcomeOfAnswer(response, failures));
    return response;
  };

  /** The upstream may not have been asked at all: where it gets its tokens asks to be left alone, too. */
  readonly #failed = (failure: unknown): never => {
    if (failure instanceof UpstreamError) this.gates.hold?.begin((failure.retryAfter ?? 0) * 1_000);
    this.#end(outcomeOfFailure(failure, this.call, this.gates.failures));
    throw failure;
  };

  #refuse(failure: Error): Promise<RestResponse> {
    this.#end(outcomeOfFailure(failure, this.call, this.gates.failures));
    return Promise.reject(failure);
  }

  #end(outcome: BreakerOutcome): void {
    const { pass } = this;
    if (pass) this.gates.breaker?.record(pass, this.#newsIn(outcome));
    this.#permit?.release();
  }

  /** Further attempts of a call that has failed say nothing new: one thing that cannot be had is not an upstream that is down. */
  #newsIn(outcome: BreakerOutcome): BreakerOutcome {
    return outcome === 'failure' && this.call.noteFailure() ? 'failedAgain' : outcome;
  }
}
