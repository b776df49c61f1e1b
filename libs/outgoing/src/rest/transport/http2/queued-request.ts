import type { HttpExchange, WireRequest } from '../http-exchange';

/** A request on its way to a session. */
export interface QueuedRequest {
  readonly request: WireRequest;
  readonly exchange: HttpExchange;
  /** The number of times that it was sent and not processed. */
  readonly refusals: number;
}
