import type { Clock } from '@trunkline/time';
import type { PolicyEvent } from './policy-event';

/** Hears what policies decide, at once and in turn. It must neither throw nor take long: the call waits for it. */
export type PolicyListener = (event: PolicyEvent) => void;

/** What all policies of one connection get from outside. */
export interface PolicyEnvironment {
  /** Of the connection; the policies only hand it on. */
  readonly name: string;
  readonly clock: Clock;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly onEvent: PolicyListener;
}
