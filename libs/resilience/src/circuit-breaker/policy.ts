import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Policy, PolicyContext } from '../policy/policy';
import type { BreakerEvent } from './breaker-event';
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker';
import { CircuitBreakerGate } from './circuit-breaker-gate';

/** Its part of the options of a pipeline. */
export interface CircuitBreakerPolicyOptions {
  readonly circuitBreaker: CircuitBreakerOptions | undefined;
}

// Five in a row as in Envoy and Finagle, half of at least twenty as in Hystrix.
const defaults = {
  circuitBreaker: {
    consecutive: 5,
    ratio: 0.5,
    minimum: 20,
    windowMs: 10_000,
    openForMs: 5_000,
    maxOpenForMs: 60_000,
  },
};

/** Rejects calls of an upstream that keeps failing. */
export const circuitBreaker = {
  defaults,
  createStep: <Call extends PipelineCall, Result>(
    { circuitBreaker: options }: CircuitBreakerPolicyOptions,
    { environment, kind }: PolicyContext<Call, Result, BreakerEvent>,
  ) => options && new CircuitBreakerGate(new CircuitBreaker(options, environment), kind),
} satisfies Policy<CircuitBreakerPolicyOptions, BreakerEvent>;
