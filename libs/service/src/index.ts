/**
 * Services: their declaration, registry, invocation, validation and composition, and what they have on `this`.
 * Not for: inbound requests (channels), or calls of other systems (outgoing).
 */

// To write services
export {
  BusService,
  findServiceDeclaration,
  SERVICE_METADATA,
  type ServiceDeclaration,
} from './declaration/bus-service';
export { CurrentInvocation } from './invocation/current-invocation';
export { type ServiceOptions, type ShapeDeclaration, type ShapeOf } from './declaration/declaration';
export { type Outgoing } from './invocation/outgoing';
export { Secret } from './declaration/secret';
export { type InvokeOptions, type RejectedInputOptions } from './invocation/invoke-options';
export { Service } from './service';
export { type Preconditions, type ResourceVersion } from './invocation/preconditions';
export { type HttpRequest, type ServiceRequest } from './invocation/service-request';
export { ServiceResponse } from './invocation/service-response';
export { type StandardSchema } from './validation/standard-schema';

// To describe services
export {
  type Direction,
  type JsonSchema,
  type NamedSchema,
  type SchemaOptions,
  type SchemaRegistry,
} from './json-schema/json-schema';
export { findUndescribedVendor } from './json-schema/standard-json-schema';
export { createJsonSchema } from './json-schema/create-json-schema';

// To compose services
export { type Branch, type BranchOptions, optional, required } from './composite/branch';
export {
  type BranchProblem,
  type Composed,
  type Composite,
  type DegradedOutcome,
  type Plan,
} from './composite/composite';
export { CompositeError } from './composite/composite-error';
export { CompositeOutcomes, type BranchOutcome, type Outcome } from './composite/composite-outcomes';
export { type ComposeAsyncOptions } from './composite/compose-async-options';
export {
  type FailedComposite,
  settleComposite,
  type SettledBranch,
  type SettledPart,
} from './composite/settle-composite';
export { type Each, each, type EachOptions } from './composite/each';
export { createTooFewItemsError } from './composite/too-few-items-error';

// To submit jobs
export { type AsyncOptions, type BackoffOptions, type FlowOptions } from './jobs/async-options';
export {
  type ComposeRequest,
  type EnqueueRequest,
  type JobSubmitter,
  type JobOrigin,
  type JobReceipt,
  type Publication,
} from './jobs/job-submitter';
export { type JobState, type JobStatus } from './jobs/job-status';
export { type AcquiredIdempotencyKey, type JobFacts, JobRun } from './jobs/job-run';

// To name services in types
export {
  type InputOf,
  type InputOfTarget,
  type OutputOf,
  type OutputOfTarget,
  type ServiceClass,
  type ServiceConstructor,
  type ServiceName,
  type Services,
  type Signature,
} from './declaration/service-types';

// To run services
export { RegisteredService } from './invocation/registered-service';
export { SideEffects } from './invocation/side-effects';
export { type DroppableMembers, dropUnknownMembers } from './validation/unknown-members';
export { Invocation } from './invocation/invocation';
export { type InboundRequest, type InvocationContext } from './invocation/invocation-context';
export { type InvocationRequest, type RootInvokeOptions, Invoker, type InvokerOptions } from './invocation/invoker';
export { findDeclarationMistakes } from './declaration/declaration-mistakes';
export { isPromise } from './invocation/promises';
export { isItemStream } from './invocation/item-stream';
export { findBlamedCaller, blameCaller } from './invocation/blame-caller';
export { isRejectedInput } from './invocation/rejected-input-error';
export { loadServices, type LoadedService } from './registry/service-files';
export { isServiceName } from './declaration/service-name';
export { ServiceRegistry } from './registry/service-registry';
