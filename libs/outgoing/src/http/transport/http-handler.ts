import type { CallHandler, CallMiddleware } from '@trunkline/resilience';
import type { OutgoingCall } from '../request/outgoing-call';
import type { HttpResponse } from '../response/http-response';

/** Sends a request and receives the response, whatever its status. Rejects where there is no response, or an unreadable one. */
export type HttpHandler = CallHandler<OutgoingCall, HttpResponse>;

/** A step around a {@link HttpHandler}. */
export type HttpMiddleware = CallMiddleware<OutgoingCall, HttpResponse>;
