import type { Clock } from '@trunkline/time';

/** The environment that the policies of one connection share. */
export interface PolicyEnvironment<in Event> {
  /** Name of the connection, which is passed to the listener. */
  readonly name: string;
  readonly clock: Clock;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /**
   * Receives the decisions of policies, synchronously and in order. It must neither throw nor take long: the call waits for it. A policy
   * emits an event only where it has changed, delayed or rejected something.
   */
  readonly onEvent: (event: Event) => void;
}
