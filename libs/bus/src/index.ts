/**
 * Trunkline, an integration bus: services, REST channels to them, outgoing connections from them, jobs, and failures with stable codes.
 * An application imports everything from here; the packages `@trunkline/*` are its parts.
 */

// To write services
export {
  type AsyncOptions,
  BusService,
  CurrentInvocation,
  type HttpRequest,
  type InputOf,
  type InvokeOptions,
  type JobFacts,
  type JobReceipt,
  type OutputOf,
  type Outgoing,
  type Preconditions,
  type Publication,
  type RejectedInputOptions,
  type ResourceVersion,
  Secret,
  Service,
  type ServiceName,
  type ServiceOptions,
  type ServiceRequest,
  type ServiceResponse,
  type Services,
  type ShapeDeclaration,
  type Signature,
} from '@trunkline/service';
export { type Caller } from '@trunkline/security';

// To compose services
export {
  type Branch,
  type BranchProblem,
  type ComposeAsyncOptions,
  type Composed,
  type Composite,
  CompositeError,
  type Each,
  each,
  optional,
  type Plan,
  required,
} from '@trunkline/service';

// To reach other systems
export { RestAdapter, type RestConnection, type RestConnections, type RestResponse } from '@trunkline/outgoing';

// To fail
export {
  BadRequestError,
  BusError,
  type BusErrorOptions,
  CancelledError,
  classify,
  ConflictError,
  DeadlineExceededError,
  type DeclaredError,
  type FailureKind,
  ForbiddenError,
  type GivenViolation,
  type GivenViolations,
  GoneError,
  InternalError,
  NotFoundError,
  PaymentRequiredError,
  PreconditionFailedError,
  ServiceResponseError,
  ServiceUnavailableError,
  TooManyRequestsError,
  UnauthorizedError,
  UnprocessableError,
  UpstreamError,
  ValidationFailedError,
  type Violation,
  violationAt,
} from '@trunkline/failures';

// To run a bus
export { bootstrap } from './bootstrap';
export { Bus, type BusOptions } from './bus';
export { busAdapter, type BusAdapterOptions } from './module/bus-adapter';
export { BusModule } from './module/bus.module';
export { type BusModuleExtras, type BusModuleOptions } from './module/bus.module-definition';
export { ConfigurationError, type ConfigProblem } from '@trunkline/config';

// To use the bus from the rest of a Nest application
export { OutgoingConnections } from '@trunkline/outgoing';
export { BusExceptionFilter, ServerSentEvent, type ServerSentEventOptions, UploadedFile } from '@trunkline/channels';
export { ErrorResponder } from '@trunkline/http-server';
export { Jobs, type JobView, type Role } from '@trunkline/jobs';
export { Authenticator, SecurityDefinitions } from '@trunkline/security';
export { Invoker, ServiceRegistry } from '@trunkline/service';
export { type Logger } from '@trunkline/telemetry';
export { type Duration } from '@trunkline/time';
export { LOGGER } from './module/tokens';
