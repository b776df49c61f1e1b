import type { Clock } from '@trunkline/time';
import type { PolicyEvent } from './policy-event';

/** Receives the decisions of policies, synchronously and in order. It must neither throw nor take long: the call waits for it. */
export type PolicyListener = (event: PolicyEvent) => void;

/** The environment that the policies of one connection share. */
export interface PolicyEnvironment {
  /** Name of the connection, which is passed to the listener. */
  readonly name: string;
  readonly clock: Clock;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly onEvent: PolicyListener;
}
