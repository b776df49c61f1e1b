import type { Exchange, WrittenRequest } from '../exchange';

/** A request on its way to a session. */
export interface QueuedRequest {
  readonly request: WrittenRequest;
  readonly exchange: Exchange;
  /** The number of times that it was sent and not processed. */
  readonly refusals: number;
}
