import { recordService } from '@trunkline/failures';
import type { StaleValues } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { CancelScope } from '@trunkline/time';
import type { Plan } from '../composite/composite';
import type { CachePartition } from '../composite/stale-key';
import type { ServiceClass } from '../declaration/service-types';
import type { AsyncOptions, FlowOptions } from '../jobs/async-options';
import type { JobReceipt, Publication } from '../jobs/job-submitter';
import type { InvocationContext } from './invocation-context';
import type { ComposeAsyncCall, InvokeAsyncCall, InvokeCall, PublishCall } from './invoke-calls';
import type { InvokeOptions, RejectedInputOptions } from './invoke-options';
import type { Outgoing } from './outgoing';
import { resolveOutput } from './output';
import { isPromise } from './promises';
import type { RegisteredService } from './registered-service';
import type { ServiceRequest } from './service-request';
import { ServiceResponse } from './service-response';
import type { SideEffects } from './side-effects';
import { type CompletionHandler, waitUntilCancelled } from './until-cancelled';

/** What an invocation calls on behalf of its service; `Invoker` implements it. */
export interface InvocationRuntime {
  /** The last good values of services, for composites. */
  readonly staleValues: StaleValues;
  readonly jobs: JobRuntime;
  createLogger(invocation: Invocation): Logger;
  createOutgoing(invocation: Invocation): Outgoing;
  createCachePartition(context: InvocationContext): CachePartition;
  /** @param context - of the callee */
  invokeFrom(context: InvocationContext, call: InvokeCall): Promise<unknown>;
}

/** What an invocation calls to submit jobs. Each `context` is that of the calling invocation. */
interface JobRuntime {
  enqueueFrom(context: InvocationContext, call: InvokeAsyncCall): Promise<JobReceipt>;
  composeFrom(context: InvocationContext, call: ComposeAsyncCall): Promise<JobReceipt>;
  publishFrom(context: InvocationContext, call: PublishCall): Promise<Publication>;
}

/** One run of a service: its request, its response, its correlation id, its deadline. */
export class Invocation implements CompletionHandler {
  readonly context: InvocationContext;
  #response: ServiceResponse | undefined;
  #logger: Logger | undefined;
  #out: Outgoing | undefined;
  #calleeContext: InvocationContext | undefined;

  constructor(
    private readonly runtime: InvocationRuntime,
    readonly service: RegisteredService,
    readonly request: ServiceRequest<unknown>,
    { context, response }: { readonly context: InvocationContext; readonly response: ServiceResponse | undefined },
  ) {
    this.context = context;
    this.#response = response;
  }

  get cid(): string {
    return this.context.cid;
  }

  get scope(): CancelScope {
    return this.context.scope;
  }

  get sideEffects(): SideEffects | undefined {
    return this.context.sideEffects;
  }

  // The next three are created on first access: most invocations use none of them.
  get response(): ServiceResponse {
    return (this.#response ??= new ServiceResponse());
  }

  get logger(): Logger {
    return (this.#logger ??= this.runtime.createLogger(this));
  }

  get out(): Outgoing {
    return (this.#out ??= this.runtime.createOutgoing(this));
  }

  /** The context of the invocations that this one makes. They share it, which saves a copy per call. */
  private get calleeContext(): InvocationContext {
    return (this.#calleeContext ??= { ...this.context, depth: this.context.depth + 1 });
  }

  complete(returned: unknown): unknown {
    const payload = resolveOutput(this.service, this.#response, returned);
    if (!isPromise(payload)) return payload;
    // An asynchronous validator of the output may take longer than the deadline allows.
    const onFailure = (thrown: unknown) => this.onFailure(thrown);
    return waitUntilCancelled(payload, this.scope, { complete: (checked) => checked, onFailure });
  }

  onSettled(): void {
    this.context.sideEffects?.endWork();
  }

  onFailure(thrown: unknown): void {
    recordService(thrown, this.service.name);
  }

  /** Calls another service on behalf of this invocation. */
  invoke(target: string | ServiceClass, input: unknown, options?: InvokeOptions): Promise<unknown> {
    return this.runtime.invokeFrom(this.calleeContext, { caller: this.service.name, target, input, options });
  }

  /** Calls a service as a branch of a composite, with the composite's scope. */
  invokeBranch(
    { target, input, options }: Omit<InvokeCall, 'caller'>,
    within: Pick<InvocationContext, 'scope' | 'compositeOutcomes'>,
  ): Promise<unknown> {
    const context = { ...this.calleeContext, ...within };
    return this.runtime.invokeFrom(context, { caller: this.service.name, target, input, options });
  }

  /** Submits a job on behalf of this invocation. */
  invokeAsync(target: string | ServiceClass, input: unknown, options?: AsyncOptions): Promise<JobReceipt> {
    return this.runtime.jobs.enqueueFrom(this.context, { caller: this.service.name, target, input, options });
  }

  /** Submits a durable composite on behalf of this invocation. */
  composeAsync(plan: Plan, into: string | ServiceClass, options: FlowOptions): Promise<JobReceipt> {
    return this.runtime.jobs.composeFrom(this.context, { caller: this.service.name, plan, into, options });
  }

  /** Publishes a message on behalf of this invocation. */
  publish(topic: string, message: unknown, options?: RejectedInputOptions): Promise<Publication> {
    return this.runtime.jobs.publishFrom(this.context, { caller: this.service.name, topic, message, options });
  }

  /** The callers and headers whose requests may share the stale values of this invocation. */
  get cachePartition(): CachePartition {
    return this.runtime.createCachePartition(this.context);
  }

  /** The last good values of services, for composites. */
  get staleValues(): StaleValues {
    return this.runtime.staleValues;
  }
}
