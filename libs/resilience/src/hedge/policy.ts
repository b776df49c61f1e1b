import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Policy, PolicyContext } from '../policy/policy';
import { Hedge, type HedgeOptions } from './hedge';
import { hedgeAttempts } from './hedge-attempts';
import type { HedgeEvent } from './hedge-event';

/** Its part of the options of a pipeline. */
export interface HedgePolicyOptions {
  readonly hedge: HedgeOptions | undefined;
}

const defaults = { hedge: { max: 1 } };

/** Starts an attempt beside an unusually slow one. */
export const hedge = {
  defaults,
  createStep: <Call extends PipelineCall, Result>(
    { hedge: options }: HedgePolicyOptions,
    { environment, kind, latency, budget }: PolicyContext<Call, Result, HedgeEvent>,
  ) => options && hedgeAttempts<Call, Result>(new Hedge(options, { latency, budget }, environment), kind),
} satisfies Policy<HedgePolicyOptions, HedgeEvent>;
