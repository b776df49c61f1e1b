/**
 * REST channels: how requests reach services, and how what comes of it reaches clients.
 * Read it in the order of a request's life: edge/edge (socket), front (admit, route), body (parse), input, channel-handler
 * (invoke), reply; idempotency stands between parse and input, where a channel asks for it; failure-reply is where every failure ends.
 * Not for: what services do (service), or where the configuration comes from (bus).
 */
export { authFailuresOption } from './features/authentication/auth-failures-section';
export { AuthFailureLimiter } from './features/authentication/auth-failure-limiter';
export { createAsyncHandler } from './features/async/async-handler';
export { createEnqueueOperation } from './features/async/enqueue-operation';
export { type Channel, type ChannelIdempotency, listPlaceholders } from './rest/channel';
export {
  type RequestHandler,
  createRequestHandler,
  type ChannelInvoker,
  type ChannelOperation,
  createChannelInvoker,
  type ObservableRequestHandler,
} from './rest/request-handler';
export { createHttpAdapter, findHttpListener } from './nest/create-http-adapter';
export type { BusHttpAdapter } from './nest/bus-http-adapter';
export { BusExceptionFilter } from './nest/bus-exception.filter';
export { createRestServer, type RestServerOptions } from './rest/rest-server';
export { applyEnhancers, type EnhancerOptions } from './nest/enhancers';
export { Idempotency, type IdempotencyOptions } from './features/idempotency/idempotency';
export { toChannelIdempotency } from './features/idempotency/idempotency-section';
export { RateLimiter } from './features/rate-limit/rate-limiter';
export { rateLimitOption, toRateLimits } from './features/rate-limit/rate-limit-section';
export { channelsSection, errorFormat, httpOptions, type HttpOptions, securityChoice } from './rest/section';
export { type DescribedFeatures, type DescribedChannel } from './openapi/described-channel';
export { BUS_TAG, createOpenApiDocument, type OpenApiDocumentOptions, getTag } from './openapi/create-openapi-document';
export { type OpenApiDocument } from './openapi/openapi-document';
export { HTTP_LISTENER } from './nest/tokens';
