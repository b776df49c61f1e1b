/**
 * REST channels: the way of a request to its service, and of the result to the client.
 * Start at `features.ts`, the life of a request in one list; then `http/` (router, input, invocation, response), `features/` (a folder
 * per feature), `openapi/` (the description of the channels) and `nest/` (guards, interceptors, pipes and filters of the application).
 * Not for: connections, request checks and bodies (http-server), what services do (service), the source of the configuration (bus).
 */

// To write services
export { UploadedFile } from './bodies/multipart/uploaded-file';
export { ServerSentEvent, type ServerSentEventOptions } from './streams/server-sent-event';

// To configure
export { channelsSection, httpOptions, type HttpOptions } from './http/section';
export { findChannelProblems, listChannelNames } from './http/channel-references';
export { errorFormat } from './http/channel-options';
export { authFailuresOption } from './features/authentication/auth-failures-options';
export { securityChoice } from './features/authentication/security-options';
export { rateLimitOption } from './features/rate-limit/rate-limit-options';

// To serve
export { type Channel } from './http/channel';
export { createChannel } from './http/create-channel';
export { createRestServer, type RestServerOptions } from './http/rest-server';
export {
  type ChannelInvoker,
  type ChannelInvokers,
  type ChannelOperation,
  createChannelInvoker,
} from './http/request-handler';
export { AuthFailureLimiter } from './features/authentication/auth-failure-limiter';
export { Idempotency } from './features/idempotency/idempotency';
export { RateLimiter } from './features/rate-limit/rate-limiter';

// To run inside a Nest application
export { createHttpAdapter, findHttpListener } from './nest/create-http-adapter';
export type { BusHttpAdapter } from './nest/bus-http-adapter';
export { BusExceptionFilter } from './nest/bus-exception.filter';
export { applyEnhancers } from './nest/enhancers';
export { HTTP_LISTENER } from './nest/tokens';

// To describe
export { createOpenApiDocument } from './openapi/create-openapi-document';
export { type OpenApiDocumentOptions } from './openapi/document-options';
export { type OpenApiDocument } from './openapi/openapi-document';
