import { admitAttempts } from '../admission/admit-attempts';
import { LatencyEstimate } from '../latency-estimate';
import { findRemainingMs, type Gate } from '../policy/gate';
import type { Policy, PolicyContext, PolicyStep } from '../policy/policy';
import { RetryBudget, type RetryBudgetOptions } from '../retry/retry-budget';
import { type CallHandler, type CallMiddleware, composeHandler } from './call-handler';
import { limitAttemptTime } from './limit-attempt-time';
import type { PipelineCall } from './pipeline-call';

/** The policies of one connection in their order, with their state. The state is bounded, whatever the number of calls. */
export interface Pipeline<Call, Result> {
  /** Makes a call. */
  readonly run: CallHandler<Call, Result>;
  /** Milliseconds until the hold that the upstream has requested ends; 0 where there is none. */
  readonly holdMs: number;
}

/** Options that a list of policies shares. */
interface SharedOptions {
  readonly retryBudget: RetryBudgetOptions;
}

/**
 * Creates a pipeline of policies. Within them are the time limit of the attempt, fault injection and the transport.
 *
 * @param policies - the outermost first
 */
export function composePolicies<Call extends PipelineCall, Result, const Options extends SharedOptions, Event>(
  policies: readonly Policy<Options, Event>[],
  options: Options,
  { kind, environment }: Pick<PolicyContext<Call, Result, Event>, 'kind' | 'environment'>,
): Pipeline<Call, Result> {
  const gates: Gate<Call, Result>[] = [];
  const latency = new LatencyEstimate();
  const budget = new RetryBudget(options.retryBudget, environment.clock);
  const context = { environment, kind, gates, latency, budget };
  const steps = policies.map((policy) => policy.createStep(options, context)).filter((step) => step !== undefined);
  gates.push(...steps.filter((step) => typeof step !== 'function'));
  const middlewares = joinGates(steps, context);
  return {
    run: composeHandler([...middlewares, limitAttemptTime(), kind.injectFaults], kind.transport),
    get holdMs() {
      return findRemainingMs(gates);
    },
  };
}

/** Joins neighbouring gates to one step. */
function joinGates<Call extends PipelineCall, Result>(
  steps: readonly PolicyStep<Call, Result>[],
  { kind }: Pick<PolicyContext<Call, Result, never>, 'kind'>,
): CallMiddleware<Call, Result>[] {
  const joined: CallMiddleware<Call, Result>[] = [];
  let neighbours: Gate<Call, Result>[] = [];
  for (const step of steps) {
    if (typeof step === 'function') {
      joined.push(step);
      neighbours = [];
    } else {
      if (neighbours.length === 0) joined.push(admitAttempts(neighbours, kind.classifier));
      neighbours.push(step);
    }
  }
  return joined;
}
