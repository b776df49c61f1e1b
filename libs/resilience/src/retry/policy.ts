import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Policy, PolicyContext } from '../policy/policy';
import { Retry, type RetryOptions } from './retry';
import { retryAttempts } from './retry-attempts';
import type { RetryBudgetOptions } from './retry-budget';
import type { RetryEvent } from './retry-event';

/** Its part of the options of a pipeline. */
export interface RetryPolicyOptions {
  readonly retry: RetryOptions | undefined;
  /** Bounds hedges, too: it is present even where nothing is retried. */
  readonly retryBudget: RetryBudgetOptions;
}

// Three attempts in one layer, a tenth of the calls: Site Reliability Engineering, "Handling Overload". 50 ms: most transient faults are reset sockets.
const defaults = {
  retry: { attempts: 3, initialMs: 50, maxMs: 2_000 },
  retryBudget: { ratio: 0.1, perSecond: 3 },
};

/** Repeats failed attempts. Where it is off, its step makes one attempt. */
export const retry = {
  defaults,
  createStep: <Call extends PipelineCall, Result>(
    { retry: options }: RetryPolicyOptions,
    context: PolicyContext<Call, Result, RetryEvent>,
  ) => retryAttempts<Call, Result>(options && new Retry(options, context.budget, context.environment), context),
} satisfies Policy<RetryPolicyOptions, RetryEvent>;
