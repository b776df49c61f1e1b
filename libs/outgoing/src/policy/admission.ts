import type { BreakerPass, Bulkhead, BulkheadEntry, BulkheadPermit, CircuitBreaker } from '@trunkline/resilience';
import type { Attempt, AttemptStep } from '../attempt/attempt';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';
import { outcomeOfAnswer, outcomeOfFailure } from './attempt-outcome';
import { circuitOpen, overloaded } from './refusals';

/** What keeps attempts from an upstream; `undefined` where it is off. */
export interface Gates {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly breaker: CircuitBreaker | undefined;
  readonly bulkhead: Bulkhead | undefined;
}

/** Has each attempt go through the circuit breaker, then through the bulkhead, and come back the same way. */
export function throughGates(gates: Gates): AttemptStep {
  const { connection, breaker, bulkhead } = gates;
  return (attempt) => (call) => {
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
 * It answers to both gates at once: the breaker must have heard of an attempt before the place of that goes to the next,
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

  /** Meanwhile the client may have left, and the breaker may have opened. */
  afterWaiting(entry: BulkheadEntry, attempt: Attempt): Promise<RestResponse> {
    const { connection, breaker } = this.gates;
    if (entry.isAllowed && (this.call.reason || breaker?.state === 'open')) {
      this.#permit = entry;
      return this.#refuse(this.call.reason ?? circuitOpen(connection, 0));
    }
    return this.enter(entry, attempt);
  }

  readonly #answered = (response: RestResponse): RestResponse => {
    if (this.pass) this.gates.breaker?.record(this.pass, outcomeOfAnswer(response));
    this.#permit?.release();
    return response;
  };

  readonly #failed = (failure: unknown): never => {
    if (this.pass) this.gates.breaker?.record(this.pass, outcomeOfFailure(failure, this.call));
    this.#permit?.release();
    throw failure;
  };

  #refuse(failure: Error): Promise<RestResponse> {
    return Promise.reject<RestResponse>(failure).catch(this.#failed);
  }
}
