import { DeadlineExceededError, InternalError, recordService } from '@trunkline/failures';
import { StaleValues } from '@trunkline/store';
import { type Logger, createCorrelationId } from '@trunkline/telemetry';
import { CancelScope, Deadline, type Duration, toMs } from '@trunkline/time';
import type { RegisteredService } from './registered-service';
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
import { isPromise, runWithCleanup } from './promises';
import { blameCaller, blameCallerOnRejection, findBlamedCaller } from './blame-caller';
import type { ServiceClass } from '../declaration/service-types';
import type { ServiceRegistry } from '../registry/service-registry';
import { createServiceInstance } from './service-instance';
import type { HttpRequest } from './service-request';
import type { ServiceResponse } from './service-response';
import { waitUntilCancelled } from './until-cancelled';

/** Deeper nesting is taken for a loop. */
const MAX_CALL_DEPTH = 32;

/** What an invocation is asked, before it is checked. */
export interface InvocationRequest {
  /** What the input is made of. */
  readonly input: unknown;
  /** Members of the input that came as text and may be converted. Default: none. */
  readonly coercibleMembers?: readonly string[];
  /** The body of the request, where there is one; without a request it is the input. */
  readonly payload?: unknown;
  readonly http?: HttpRequest;
  /** The job that the service is run for. */
  readonly job?: JobFacts;
  /** The service that made the input, and is to blame if it is refused. Default: none, it came from outside. */
  readonly blamedCaller?: string | undefined;
  /** Where the service puts status and headers, for a caller who wants them. */
  readonly response?: ServiceResponse;
}

/** How a service is called from outside. */
export interface RootInvokeOptions {
  /** Default: that of the bus. */
  readonly timeout?: Duration;
  /** Default: a new one. */
  readonly cid?: string;
}

/** What the invoker needs of the rest of the bus. */
export interface InvokerOptions {
  readonly registry: ServiceRegistry;
  readonly logger: Logger;
  /** Makes `this.out` of an invocation. */
  readonly createOutgoing: (invocation: Invocation) => Outgoing;
  /** Names of the inbound headers that outgoing connections forward, in lower case. Default: none. */
  readonly forwardedHeaders?: readonly string[];
  /** Takes what `invokeAsync` and `publish` hand in. Default: it is refused. */
  readonly jobs?: JobSubmitter;
  readonly currentInvocation?: CurrentInvocation;
  /** The longest an invocation from outside may take, where nothing else is said. Default 15 s. */
  readonly timeout?: Duration;
}

/** Runs services: the only way in for channels, jobs, the command line and other services. */
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
   * Runs a service and gives its payload. What needs no waiting is done when it returns: a promise comes back only where there
   * is something to wait for, since three more promises per request cost 0.25 µs.
   *
   * @throws what the service failed with; nothing is classified here
   */
  run(service: RegisteredService, ask: InvocationRequest, context: InvocationContext): unknown {
    return this.#runWithTimeout(service.timeoutMs, service, ask, context);
  }

  /**
   * Calls a service from outside of any: from a controller, a script or the command line.
   *
   * @throws what the service failed with; {@link DeadlineExceededError} when it took too long
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

  /**
   * Runs what a service calls. Never throws: the failure is the promise's.
   *
   * @param context - of the caller
   */
  invokeFrom(
    { cid, scope, depth, compositeOutcomes, inbound, sideEffects, caller, job }: InvocationContext,
    { caller: from, target, input, options }: InvokeCall,
  ): Promise<unknown> {
    try {
      const service = this.registry.get(target);
      if (depth >= MAX_CALL_DEPTH)
        throw new InternalError(`${service.name} was called ${depth} levels deep: services call each other in a loop`);
      const timeoutMs = findTimeoutMs(service.timeoutMs, options?.timeout);
      const payload = this.#runWithTimeout(
        timeoutMs,
        service,
        { input, blamedCaller: findBlamedCaller(from, options) },
        { cid, scope, depth: depth + 1, compositeOutcomes, inbound, sideEffects, caller, job },
      );
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
    ask: InvocationRequest,
    context: InvocationContext,
  ): unknown {
    if (timeoutMs === undefined) return this.#validateAndHandle(service, ask, context);
    const { scope: outer } = context;
    const expiry = () => {
      const failure = new DeadlineExceededError(service.name, timeoutMs);
      recordService(failure, service.name);
      return failure;
    };
    const scope = new CancelScope(outer.deadline.limitTo(timeoutMs), expiry, outer);
    return runWithCleanup(
      () => this.#validateAndHandle(service, ask, { ...context, scope }),
      () => scope.close(),
    );
  }

  #validateAndHandle(service: RegisteredService, ask: InvocationRequest, context: InvocationContext): unknown {
    const { scope } = context;
    try {
      if (scope.reason) throw scope.reason;
      const input = service.validateInput ? validateRequest(service.validateInput, service.name, ask) : ask.input;
      if (!isPromise(input)) return this.#handle(service, ask, context, input);
      const complete = (checked: unknown) => {
        // The caller was told that the time is up: what begins now would be done behind its back.
        if (scope.reason) throw scope.reason;
        return this.#handle(service, ask, context, checked);
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

  #handle(service: RegisteredService, ask: InvocationRequest, context: InvocationContext, input: unknown): unknown {
    const request = {
      input,
      payload: ask.http ? ask.payload : ask.input,
      http: ask.http,
      caller: context.caller,
      job: ask.job,
    };
    const invocation = new Invocation(this, service, request, { context, response: ask.response });
    const instance = createServiceInstance(invocation);
    const { sideEffects, scope } = context;
    if (sideEffects) sideEffects.hasStarted = true;
    const returned = this.#currentInvocation.isTracking
      ? this.#currentInvocation.run(invocation, () => instance.handle())
      : instance.handle();
    if (!isPromise(returned)) return invocation.complete(returned);
    sideEffects?.startWork();
    return waitUntilCancelled(returned, scope, invocation);
  }
}

function validateRequest(
  check: ShapeValidator,
  callee: string,
  { input, coercibleMembers = NO_COERCIBLE_MEMBERS, blamedCaller: caller }: InvocationRequest,
): unknown {
  try {
    const checked = check(input, coercibleMembers);
    return caller !== undefined && isPromise(checked) ? blameCallerOnRejection(checked, { caller, callee }) : checked;
  } catch (thrown) {
    throw blameCaller(thrown, { caller, callee });
  }
}

function findTimeoutMs(declaredMs: number | undefined, asked: Duration | undefined): number | undefined {
  if (asked === undefined) return declaredMs;
  return Math.min(toMs(asked), declaredMs ?? Infinity);
}
