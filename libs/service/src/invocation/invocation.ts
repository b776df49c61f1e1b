import { recordService } from '@trunkline/failures';
import type { Caller } from '@trunkline/security';
import type { Logger } from '@trunkline/telemetry';
import type { CancelScope } from '@trunkline/time';
import { resolveOutput } from './output';
import type { RegisteredService, ServiceConstructor } from './registered-service';
import type { Plan } from '../composite/composite';
import type { CompositeOutcomes } from '../composite/composite-outcomes';
import type { CachePartition } from '../composite/stale-key';
import type { StaleValues } from '../composite/stale-values';
import type { SideEffects } from './side-effects';
import type { InvokeCall } from './invoke-calls';
import type { Invoker } from './invoker';
import type { AsyncOptions, FlowOptions, JobReceipt, Publication } from '../jobs/job-submitter';
import type { JobRun } from '../jobs/job-run';
import type { Outgoing } from './outgoing';
import { isPromise } from './promises';
import type { RefusalOptions } from './blame-caller';
import type { InvokeOptions, Service } from '../service';
import type { HttpRequest, ServiceRequest } from './service-request';
import { ServiceResponse } from './service-response';
import type { ServiceClass } from '../declaration/service-types';
import { type CompletionHandler, waitUntilCancelled } from './until-cancelled';

/** Whose instance is being constructed right now: constructors of services take dependencies and nothing else. */
let invocationUnderConstruction: Invocation | undefined;

/** One run of a service: its request, its response, its correlation id, its deadline. */
export class Invocation implements CompletionHandler {
  readonly context: InvocationContext;
  #response: ServiceResponse | undefined;
  #logger: Logger | undefined;
  #out: Outgoing | undefined;

  constructor(
    private readonly invoker: Invoker,
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

  // The three below are made when they are first asked for: most invocations need none of them.
  get response(): ServiceResponse {
    return (this.#response ??= new ServiceResponse());
  }

  /** The response, if the service has looked at it or somebody waits for it. */
  get existingResponse(): ServiceResponse | undefined {
    return this.#response;
  }

  get logger(): Logger {
    return (this.#logger ??= this.invoker.createLogger(this));
  }

  get out(): Outgoing {
    return (this.#out ??= this.invoker.createOutgoing(this));
  }

  complete(returned: unknown): unknown {
    const payload = resolveOutput(this, returned);
    if (!isPromise(payload)) return payload;
    // Its output is being checked, by validators that may take longer than there is time.
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
    return this.invoker.invokeFrom(this.context, { caller: this.service.name, target, input, options });
  }

  /** Hands in a job on behalf of this invocation. */
  invokeAsync(target: string | ServiceClass, input: unknown, options?: AsyncOptions): Promise<JobReceipt> {
    return this.invoker.enqueueFrom(this.context, { caller: this.service.name, target, input, options });
  }

  /** Hands in a durable composite on behalf of this invocation. */
  composeAsync(plan: Plan, into: string | ServiceClass, options: FlowOptions): Promise<JobReceipt> {
    return this.invoker.composeFrom(this.context, { caller: this.service.name, plan, into, options });
  }

  /** Publishes a message on behalf of this invocation. */
  publish(topic: string, message: unknown, options?: RefusalOptions): Promise<Publication> {
    return this.invoker.publishFrom(this.context, { caller: this.service.name, topic, message, options });
  }

  /** Calls a service as a branch of a composite, which ends with the composite's scope. */
  invokeBranch(
    { target, input, options }: Omit<InvokeCall, 'caller'>,
    within: Pick<InvocationContext, 'scope' | 'compositeOutcomes'>,
  ): Promise<unknown> {
    return this.invoker.invokeFrom(
      { ...this.context, ...within },
      { caller: this.service.name, target, input, options },
    );
  }

  /** Who may see values that are kept for later requests. */
  get cachePartition(): CachePartition {
    return this.invoker.createCachePartition(this.context);
  }

  /** The last good values of services, for composites. */
  get staleValues(): StaleValues {
    return this.invoker.staleValues;
  }
}

/** The request at the root of invocations, as far as what they do elsewhere is concerned. */
export interface InboundRequest extends Pick<HttpRequest, 'headers'> {
  /** Who may ask for durable composites that are made in it; `undefined`: operators alone. */
  readonly owner?: string | undefined;
}

/** What an invocation hands down to those it makes. */
export interface InvocationContext {
  readonly cid: string;
  readonly scope: CancelScope;
  /** 1 for an invocation from outside. */
  readonly depth: number;
  /** The HTTP request at the root of it all, for what is handed on to other systems: `traceparent`, `forwardHeaders`. */
  readonly inbound?: InboundRequest | undefined;
  /** Who is calling the channel that it all began with. */
  readonly caller?: Caller | undefined;
  /** The job at the root of it all. */
  readonly job?: JobRun | undefined;
  /** Where composites note how their branches ended, for whoever wants to tell the client. */
  readonly compositeOutcomes?: CompositeOutcomes | undefined;
  /** Where it is noted what has left the bus, for whoever has to know whether the work may be done again. */
  readonly sideEffects?: SideEffects | undefined;
}

/** Constructs a service for one invocation. */
export function createServiceInstance(
  invocation: Invocation,
  serviceClass: ServiceConstructor,
  dependencies: readonly unknown[],
): Service {
  invocationUnderConstruction = invocation;
  try {
    return dependencies.length === 0 ? new serviceClass() : new serviceClass(...dependencies);
  } catch (thrown) {
    // Not in a `finally`, which costs every call 30 ns: a constructor that ends well has taken it.
    invocationUnderConstruction = undefined;
    throw thrown;
  }
}

/** Hands the invocation to the instance that is being constructed for it; a second instance gets none. */
export function takeInvocation(): Invocation | undefined {
  const invocation = invocationUnderConstruction;
  invocationUnderConstruction = undefined;
  return invocation;
}
