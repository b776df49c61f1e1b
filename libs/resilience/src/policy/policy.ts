import type { LatencyEstimate } from '../latency-estimate';
import type { CallMiddleware } from '../pipeline/call-handler';
import type { CallKind } from '../pipeline/call-kind';
import type { PipelineCall } from '../pipeline/pipeline-call';
import type { PolicyEnvironment } from '../policy-environment';
import type { RetryBudget } from '../retry/retry-budget';
import type { Gate } from './gate';

/**
 * A policy of calls: its options, its events and its step in the pipeline. A policy is a folder with this contract and one line of the
 * list in `pipeline.ts`; the types of options and events are derived from that list.
 *
 * @typeParam Options - its keys of the options of the pipeline; a key is `undefined` where the policy is off
 * @typeParam Event - the decisions that it emits, each with its own `type`
 */
export interface Policy<in Options extends object, out Event = never> {
  /** Default options, by key. They apply where the policy is on. */
  readonly defaults: object;
  /** Creates its step for one connection, with the state of that connection. @returns `undefined` where the policy is off */
  readonly createStep: <Call extends PipelineCall, Result>(
    options: Options,
    context: PolicyContext<Call, Result, Event>,
  ) => PolicyStep<Call, Result> | undefined;
}

/** What the policies of one connection share. */
export interface PolicyContext<in out Call, in out Result, in Event> {
  readonly environment: PolicyEnvironment<Event>;
  readonly kind: CallKind<Call, Result>;
  /** All gates of the pipeline, from the outermost on. Complete once the pipeline exists: read it during a call. */
  readonly gates: readonly Gate<Call, Result>[];
  /** Latencies of attempts that succeeded, as their callers saw them. */
  readonly latency: LatencyEstimate;
  /** Bounds what adds load to the upstream: retries and hedges. */
  readonly budget: RetryBudget;
}

/** The step of a policy: a middleware, or a gate, which shares one step with its neighbours. */
export type PolicyStep<Call, Result> = CallMiddleware<Call, Result> | Gate<Call, Result>;
