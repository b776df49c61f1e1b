import { DeadlineExceededError, InternalError, recordService } from '@trunkline/failures';
import { StaleValues } from '@trunkline/store';
import { type Logger, createCorrelationId } from '@trunkline/telemetry';
import { CancelScope, Deadline, type Duration, toMs } from '@trunkline/time';
import type { RegisteredService } from './registered-service';
import { createDroppingValidator, type DroppableMembers } from '../validation/unknown-members';
import { type ShapeValidator, NO_COERCIBLE_MEMBERS } from '../validation/shape-validator';
import type { CachePartition } from '../composite/stale-key';
import { CurrentInvocation } from './current-invocation';
import { Invocation, type InvocationRuntime } from './invocation';
import type { InvocationContext } from './invocation-context';
import { InvocationJobs } from './invocation-jobs';
import type { InvokeCall } from './invoke-calls';
import type { JobSubmitter } from '../jobs/job-submitter';
import type { JobFacts } from '../jobs/job-run';
import type { Outgoing } from './outgoing';
import { bindItems, isItemStream } from './item-stream';
import { isPromise, runWithCleanup } from './promises';
import { blameCaller, blameCallerOnRejection, findBlamedCaller } from './blame-caller';
import type { ServiceClass } from '../declaration/service-types';
import type { ServiceRegistry } from '../registry/service-registry';
import { createServiceInstance } from './service-instance';
import type { HttpRequest } from './service-request';
import type { ServiceResponse } from './service-response';
import { waitUntilCancelled } from './until-cancelled';

/** Deeper nesting is treated as a loop. */
const MAX_CALL_DEPTH = 32;

/** The request of an invocation before validation. */
export interface InvocationRequest {
  /** The value to validate. */
  readonly input: unknown;
  /** Members of the input that arrived as text and may be coerced. Default: none. */
  readonly coercibleMembers?: readonly string[];
  /** Body of the HTTP request. Without {@link http} the payload is the input. */
  readonly payload?: unknown;
  readonly http?: HttpRequest;
  /** Bytes of the body of the HTTP request, where its channel keeps them. */
  readonly rawBody?: Buffer | undefined;
  /** The job that invokes the service. */
  readonly job?: JobFacts;
  /** Members that are removed if the declaration does not have them. Default: none, they are rejected. */
  readonly droppableMembers?: DroppableMembers | undefined;
  /** The service that created the input, to blame if it is rejected. Default: none, for an input from a client. */
  readonly blamedCaller?: string | undefined;
  /** Receives status and headers from the service. */
  readonly response?: ServiceResponse;
}

/** Options of {@link Invoker.invoke}. */
export interface RootInvokeOptions {
  /** Time limit of the invocation. Default: that of the bus. */
  readonly timeout?: Duration;
  /** Correlation id. Default: a new one. */
  readonly cid?: string;
}

/** Options of an {@link Invoker}. */
export interface InvokerOptions {
  readonly registry: ServiceRegistry;
  readonly logger: Logger;
  /** Creates `this.out` of an invocation. */
  readonly createOutgoing: (invocation: Invocation) => Outgoing;
  /** Names of the inbound headers that outgoing connections forward, in lower case. Default: none. */
  readonly forwardedHeaders?: readonly string[];
  /** Receives the jobs of `invokeAsync`, `composeAsync` and `publish`. Default: they fail. */
  readonly jobs?: JobSubmitter;
  readonly currentInvocation?: CurrentInvocation;
  /** Default time limit of {@link Invoker.invoke}. Default 15 s. */
  readonly timeout?: Duration;
}

/** Runs services. Channels, jobs, the command line and other services all invoke services through it. */
export class Invoker implements InvocationRuntime {
  readonly registry: ServiceRegistry;
  readonly staleValues = new StaleValues();
  readonly jobs: InvocationJobs;
  readonly #logger: Logger;
  readonly #createOutgoing: (invocation: Invocation) => Outgoing;
  readonly #forwardedHeaders: readonly string[];
  readonly #currentInvocation: CurrentInvocation;
  readonly #timeoutMs: number;

  constructor(options: InvokerOptions) {
    this.registry = options.registry;
    this.#logger = options.logger;
    this.#createOutgoing = options.createOutgoing;
    this.jobs = new InvocationJobs(options.registry, options.jobs);
    this.#forwardedHeaders = options.forwardedHeaders ?? [];
    this.#currentInvocation = options.currentInvocation ?? new CurrentInvocation();
    this.#timeoutMs = toMs(options.timeout ?? '15s');
  }

  /**
   * Runs a service and returns its payload. It returns a promise only if there is something to wait for, because every promise costs
   * time on each request.
   *
   * @throws the service's error, unclassified
   */
  run(service: RegisteredService, request: InvocationRequest, context: InvocationContext): unknown {
    return this.#runWithTimeout(service.timeoutMs, service, request, context);
  }

  /**
   * Calls a service from code outside services: a controller, a script or the command line.
   *
   * @throws the service's error; {@link DeadlineExceededError} when it exceeds its time limit
   */
  async invoke(target: string | ServiceClass, input: unknown, options: RootInvokeOptions = {}): Promise<unknown> {
    const service = this.registry.get(target);
    const timeoutMs = options.timeout === undefined ? this.#timeoutMs : toMs(options.timeout);
    const scope = new CancelScope(Deadline.in(timeoutMs), () => new DeadlineExceededError(service.name, timeoutMs));
    const context = { cid: options.cid ?? createCorrelationId(), scope, depth: 1 };
    try {
      return await this.run(service, { input }, context);
    } finally {
      scope.close();
    }
  }

  /** Runs a service that another service calls. Never throws: a failure rejects the promise. */
  invokeFrom(context: InvocationContext, { caller, target, input, options }: InvokeCall): Promise<unknown> {
    try {
      const service = this.registry.get(target);
      if (context.depth > MAX_CALL_DEPTH)
        throw new InternalError(
          `${service.name} was called ${MAX_CALL_DEPTH} levels deep: services call each other in a loop`,
        );
      const timeoutMs = findTimeoutMs(service.timeoutMs, options?.timeout);
      const request = { input, blamedCaller: findBlamedCaller(caller, options) };
      const payload = this.#runWithTimeout(timeoutMs, service, request, context);
      return isPromise(payload) ? payload : Promise.resolve(payload);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }

  createLogger({ cid, service }: Invocation): Logger {
    return this.#logger.child({ cid, service: service.name });
  }

  createCachePartition({ caller, inbound }: InvocationContext): CachePartition {
    return { caller, headers: this.#forwardedHeaders.map((name) => [name, inbound?.headers[name]]) };
  }

  createOutgoing(invocation: Invocation): Outgoing {
    return this.#createOutgoing(invocation);
  }

  #runWithTimeout(
    timeoutMs: number | undefined,
    service: RegisteredService,
    request: InvocationRequest,
    context: InvocationContext,
  ): unknown {
    if (timeoutMs === undefined) return this.#validateAndHandle(service, request, context);
    const { scope: outer } = context;
    const createReason = () => {
      const failure = new DeadlineExceededError(service.name, timeoutMs);
      recordService(failure, service.name);
      return failure;
    };
    const scope = new CancelScope(outer.deadline.limitTo(timeoutMs), createReason, outer);
    return runWithCleanup(
      () => this.#validateAndHandle(service, request, { ...context, scope }),
      () => scope.close(),
    );
  }

  #validateAndHandle(service: RegisteredService, request: InvocationRequest, context: InvocationContext): unknown {
    const { scope } = context;
    try {
      if (scope.reason) throw scope.reason;
      const input = service.validateInput
        ? validateRequest(service.validateInput, service.name, request)
        : request.input;
      if (!isPromise(input)) return this.#handle(service, request, context, input);
      const complete = (checked: unknown) => {
        // The caller has already been rejected: nothing may start now.
        if (scope.reason) throw scope.reason;
        return this.#handle(service, request, context, checked);
      };
      return waitUntilCancelled(input, scope, {
        complete,
        onFailure: (thrown) => recordService(thrown, service.name),
      });
    } catch (thrown) {
      recordService(thrown, service.name);
      throw thrown;
    }
  }

  #handle(service: RegisteredService, request: InvocationRequest, context: InvocationContext, input: unknown): unknown {
    const validated = {
      input,
      payload: request.http ? request.payload : request.input,
      http: request.http,
      rawBody: request.rawBody,
      caller: context.caller,
      job: request.job,
    };
    const invocation = new Invocation(this, service, validated, { context, response: request.response });
    const instance = createServiceInstance(invocation);
    const { sideEffects, scope } = context;
    if (sideEffects) sideEffects.hasStarted = true;
    const returned = this.#currentInvocation.isTracking
      ? this.#currentInvocation.run(invocation, () => bindReturned(instance.handle()))
      : instance.handle();
    if (!isPromise(returned)) return invocation.complete(returned);
    sideEffects?.startWork();
    return waitUntilCancelled(returned, scope, invocation);
  }
}

/** The items of a service are made in its own asynchronous context, too. */
function bindReturned(returned: unknown): unknown {
  return isPromise(returned) ? returned.then(bindPayload) : bindPayload(returned);
}

function bindPayload(payload: unknown): unknown {
  return isItemStream(payload) ? bindItems(payload) : payload;
}

function validateRequest(
  validate: ShapeValidator,
  callee: string,
  { input, coercibleMembers = NO_COERCIBLE_MEMBERS, droppableMembers, blamedCaller: caller }: InvocationRequest,
): unknown {
  try {
    const validator = droppableMembers ? createDroppingValidator(validate, droppableMembers) : validate;
    const checked = validator(input, coercibleMembers);
    return caller !== undefined && isPromise(checked) ? blameCallerOnRejection(checked, { caller, callee }) : checked;
  } catch (thrown) {
    throw blameCaller(thrown, { caller, callee });
  }
}

function findTimeoutMs(declaredMs: number | undefined, requested: Duration | undefined): number | undefined {
  if (requested === undefined) return declaredMs;
  return Math.min(toMs(requested), declaredMs ?? Infinity);
}
