import { bulkhead } from './bulkhead/policy';
import { callLimit } from './call-limit/policy';
import { circuitBreaker } from './circuit-breaker/policy';
import { hedge } from './hedge/policy';
import { hold } from './hold/policy';
import type { CallKind } from './pipeline/call-kind';
import { composePolicies, type Pipeline } from './pipeline/compose-policies';
import type { PipelineCall } from './pipeline/pipeline-call';
import type { DefaultsOf, EventOf, OptionsOf } from './policy/derived-types';
import type { PolicyEnvironment } from './policy-environment';
import { retry } from './retry/policy';

/** The policies of a call, the outermost first. */
export const POLICIES = [
  // the total time of the call starts
  retry,
  hedge,
  // the attempt is admitted
  hold,
  circuitBreaker,
  callLimit,
  bulkhead,
  // the time of the attempt starts; the transport makes it
] as const;

/** The options of the policies of a connection; `undefined` where one is off. */
export type PipelineOptions = OptionsOf<typeof POLICIES>;

/** A decision of a policy, and the facts it is based on. `name` is the name of the connection. */
export type PolicyEvent = EventOf<typeof POLICIES>;

/** Default options of the policies. Hedging is off by default; its options apply once it is on. */
export const DEFAULT_POLICY_OPTIONS: DefaultsOf<typeof POLICIES> = Object.assign(
  {},
  ...POLICIES.map(({ defaults }) => defaults),
);

/** Creates the pipeline of a connection. */
export function createPipeline<Call extends PipelineCall, Result>(
  options: PipelineOptions,
  kind: CallKind<Call, Result>,
  environment: PolicyEnvironment<PolicyEvent>,
): Pipeline<Call, Result> {
  return composePolicies(POLICIES, options, { kind, environment });
}
