import type { HttpExchange, WireRequest } from '../http-exchange';

/** A request that waits for a session. */
export interface QueuedRequest {
  readonly request: WireRequest;
  readonly exchange: HttpExchange;
  /** Number of times that it was sent and not processed. */
  readonly resendCount: number;
}
