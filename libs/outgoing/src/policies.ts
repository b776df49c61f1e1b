import { mergeShapes } from '@trunkline/config';
import { bulkhead } from './policies/bulkhead/policy';
import { circuitBreaker } from './policies/circuit-breaker/policy';
import { hedge } from './policies/hedge/policy';
import { hold } from './policies/hold/policy';
import { limit } from './policies/limit/policy';
import { type DefaultsOf, type OptionsOf, PolicySet, type SettingsOf, type ValuesOf } from './policies/policy-set';
import { retry } from './policies/retry/policy';
import { totalTime } from './policies/total-time/policy';

/** The policies of outgoing calls, the outermost first: the order of the pipeline, as far as it is configured. */
export const OUTGOING_POLICIES = [
  totalTime,
  retry,
  hedge,
  // attempts are admitted
  hold,
  circuitBreaker,
  limit,
  bulkhead,
] as const;

type Policies = typeof OUTGOING_POLICIES;

/** Keys of a connection. */
export const policyOptions: OptionsOf<Policies> = mergeShapes(OUTGOING_POLICIES.map(({ options }) => options));

/** Keys of `outgoing.defaults`. */
export const policyDefaults: DefaultsOf<Policies> = mergeShapes(OUTGOING_POLICIES.map(({ defaults }) => defaults));

/** The settings of the policies of a connection. */
export type PolicySettings = SettingsOf<Policies>;

/** All policies as one. */
export const policies = new PolicySet<ValuesOf<OptionsOf<Policies>>, ValuesOf<DefaultsOf<Policies>>, PolicySettings>(
  OUTGOING_POLICIES,
);
