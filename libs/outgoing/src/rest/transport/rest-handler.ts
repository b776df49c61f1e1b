import type { CallHandler, CallMiddleware } from '@trunkline/resilience';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';

/** Sends a request and receives the response, whatever its status. Rejects where there is no response, or an unreadable one. */
export type RestHandler = CallHandler<OutgoingCall, RestResponse>;

/** A step around a {@link RestHandler}. */
export type RestMiddleware = CallMiddleware<OutgoingCall, RestResponse>;
