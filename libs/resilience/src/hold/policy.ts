import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Policy, PolicyContext } from '../policy/policy';
import { Hold, type HoldOptions } from './hold';
import type { HoldEvent } from './hold-event';
import { HoldGate } from './hold-gate';

/** Its part of the options of a pipeline. */
export interface HoldPolicyOptions {
  readonly hold: HoldOptions | undefined;
}

// The longest Retry-After that clients of the bus receive for a limit of an upstream.
const defaults = { hold: { maxMs: 300_000 } };

/** Makes no calls while the upstream wants none. */
export const hold = {
  defaults,
  createStep: <Call extends PipelineCall, Result>(
    { hold: options }: HoldPolicyOptions,
    { environment, kind }: PolicyContext<Call, Result, HoldEvent>,
  ) => options && new HoldGate(new Hold(options, environment), kind),
} satisfies Policy<HoldPolicyOptions, HoldEvent>;
