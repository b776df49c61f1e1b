import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Policy, PolicyContext } from '../policy/policy';
import type { CallCounter } from './call-counter';
import { CallLimit } from './call-limit';
import type { CallLimitEvent } from './call-limit-event';
import { CallLimitGate } from './call-limit-gate';

/** Its part of the options of a pipeline. */
export interface CallLimitPolicyOptions {
  /** Counts attempts against the limit of the upstream. Default: there is no limit. */
  readonly callCounter?: CallCounter | undefined;
}

/** Makes no more attempts than the upstream allows. */
export const callLimit = {
  defaults: {},
  createStep: <Call extends PipelineCall, Result>(
    { callCounter }: CallLimitPolicyOptions,
    { environment, kind }: PolicyContext<Call, Result, CallLimitEvent>,
  ) => callCounter && new CallLimitGate<Call, Result>(new CallLimit(callCounter, environment), kind.rejections),
} satisfies Policy<CallLimitPolicyOptions, CallLimitEvent>;
