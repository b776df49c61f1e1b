/**
 * Services: how they are declared, found and run, and what they see on `this`.
 * Not for: how requests reach them (channels), or how they reach other systems (outgoing).
 */

// To write services
export { BusService, declarationOf, SERVICE_METADATA, type ServiceDeclaration } from './bus-service';
export { CurrentInvocation } from './current-invocation';
export { type ServiceOptions, type ShapeDeclaration, type ShapeOf } from './declaration';
export { type Outgoing } from './outgoing';
export { Secret } from './secret';
export { type RefusalOptions } from './refusals';
export { type InvokeOptions, Service } from './service';
export { type HttpRequest, type ServiceRequest } from './service-request';
export { ServiceResponse } from './service-response';
export { type StandardSchema } from './check/standard-schema';

// To describe services
export { type Direction, type JsonSchema, type NamedSchema, type SchemaNames } from './json-schema/json-schema';
export { schemaVendorWithoutDescription } from './json-schema/standard-json-schema';
export { jsonSchemaOf, type SchemaOptions } from './json-schema/schema-of';

// To compose services
export { type Branch, type BranchOptions, optional, required } from './composite/branch';
export { type BranchProblem, type Composite, type DegradedOutcome, type Plan } from './composite/composite';
export { type Composed } from './composite/compose';
export { CompositeError } from './composite/composite-error';
export { Composition, type Leaf, type Outcome } from './composite/composition';
export { type ComposeAsyncOptions } from './composite/compose-async-options';
export {
  type FailedComposite,
  settledComposite,
  type SettledBranch,
  type SettledPart,
} from './composite/settled-composite';
export { type Each, each, type EachOptions } from './composite/each';
export { createTooFewItems } from './composite/too-few-items';

// To have work done later
export {
  type AsyncOptions,
  type BackoffOptions,
  type FlowAsk,
  type FlowOptions,
  type JobAsk,
  type JobDesk,
  type JobOrigin,
  type JobReceipt,
  type Publication,
} from './job-desk';
export { canonicalJson } from './canonical-json';
export { type EffectKey, type JobFacts, JobRun } from './job-run';

// To name services in types
export {
  type InputOf,
  type InputOfTarget,
  type OutputOf,
  type OutputOfTarget,
  type ServiceClass,
  type ServiceName,
  type Services,
  type Signature,
} from './service-types';

// To run services
export { BoundService, type ServiceConstructor } from './bound-service';
export { Footprint } from './footprint';
export { type Inbound, Invocation, type InvocationContext } from './invocation';
export { type Ask, type EntryOptions, Invoker, type InvokerOptions } from './invoker';
export { findDeclarationMistakes } from './declaration-mistakes';
export { isPromise } from './promises';
export { chooseBlamed, blameCaller } from './refusals';
export { isRefusedInput } from './refused-input-error';
export { loadServices, type LoadedService } from './service-files';
export { isServiceName } from './service-name';
export { ServiceRegistry } from './service-registry';
