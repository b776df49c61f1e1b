import type { BusError } from '@trunkline/failures';

/** Counts wrong credentials by network. */
export interface FailureLimit {
  /** Checks whether the network has used up its limit. */
  isReached(network: string): boolean;
  /**
   * Counts one failure.
   *
   * @returns the failure for the client, if the limit is exceeded
   */
  count(network: string): BusError | undefined | Promise<BusError | undefined>;
}
