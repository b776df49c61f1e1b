/**
 * REST channels: how requests reach services, and how what comes of it reaches clients.
 * Read it in the order of a request's life: edge/edge (socket), front (admit, route), body (parse), input, channel-handler
 * (invoke), reply; idempotency stands between parse and input, where a channel asks for it; failure-reply is where every failure ends.
 * Not for: what services do (service), or where the configuration comes from (bus).
 */
export { type ChannelJob, type JobAccess, type JobReport } from './async/job-access';
export { failureLimitOption } from './authentication/failure-limit-section';
export { FailureLimiter } from './authentication/failure-limiter';
export { asyncHandler } from './async/async-handler';
export { createJobStep } from './async/job-step';
export { type Channel, type ChannelIdempotency, placeholdersOf } from './channel';
export {
  type ChannelHandler,
  channelHandler,
  type ChannelInvocation,
  type ChannelStep,
  plainInvocation,
  type WitnessedHandler,
} from './channel-handler';
export { adapterOfEdge, edgeOfAdapter } from './edge/adapter-of-edge';
export type { BusAdapter } from './edge/bus-adapter';
export { Edge } from './edge/edge';
export type { Closure, Closures } from './edge/maintenance';
export { BusExceptionFilter } from './bus-exception.filter';
export { FailureReply } from './failure-reply';
export { buildFront, correlationIdOf, type FrontParts } from './front';
export { enhanceStep, type NestParts } from './nest-enhancers';
export { Idempotency, type IdempotencyParts } from './idempotency/idempotency';
export { idempotencyOf } from './idempotency/idempotency-section';
export { RateLimiter } from './rate-limit/rate-limiter';
export { rateLimitOption, rateLimitsOf } from './rate-limit/rate-limit-section';
export { channelsSection, closure, errorFormat, httpOptions, type HttpOptions, securityChoice } from './section';
export { type ChannelTerms, type DescribedChannel } from './openapi/described-channel';
export { BUS_TAG, openApiDocument, type OpenApiParts, tagOf } from './openapi/document';
export { type OpenApiDocument } from './openapi/openapi-document';
export { EDGE } from './tokens';
