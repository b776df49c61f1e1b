import type { BusError } from '@trunkline/failures';

/** Counts wrong credentials by the network they come from. */
export interface FailureLimit {
  /** Has the network shown as many wrong credentials as it may for now? */
  isReached(network: string): boolean;
  /**
   * Counts one failure.
   *
   * @returns what the client is told where it was one too many; `undefined` where it was not
   */
  count(network: string): BusError | undefined | Promise<BusError | undefined>;
}
