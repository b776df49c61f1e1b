import { DeadlineExceededError, InternalError, recordService } from '@trunkline/failures';
import { type Logger, newCorrelationId } from '@trunkline/telemetry';
import { CancelScope, Deadline, type Duration, toMs } from '@trunkline/time';
import type { BoundService } from './bound-service';
import { type Check, NO_TEXTS } from './check/check';
import type { Plan } from './composite/composite';
import type { Audience } from './composite/stale-key';
import { StaleValues } from './composite/stale-values';
import { CurrentInvocation } from './current-invocation';
import { Invocation, type InvocationContext } from './invocation';
import type { AsyncOptions, FlowOptions, JobDesk, JobReceipt, Publication } from './job-desk';
import type { JobFacts } from './job-run';
import type { Outgoing } from './outgoing';
import { isPromise, settling } from './promises';
import { type Blame, chooseBlamed, type RefusalOptions, blameCaller } from './refusals';
import type { InvokeOptions } from './service';
import type { ServiceRegistry } from './service-registry';
import type { HttpRequest } from './service-request';
import type { ServiceResponse } from './service-response';
import type { ServiceClass } from './service-types';
import { untilCancelled } from './until-cancelled';

/** Deeper nesting is taken for a loop. */
const DEEPEST_CALL = 32;

/** What an invocation is asked, before it is checked. */
export interface Ask {
  /** What the input is made of. */
  readonly input: unknown;
  /** Members of the input that came as text and may be converted. Default: none. */
  readonly texts?: readonly string[];
  /** The body of the request, where there is one; without a request it is the input. */
  readonly payload?: unknown;
  readonly http?: HttpRequest;
  /** The job that the service is run for. */
  readonly job?: JobFacts;
  /** The service that made the input, and is to blame if it is refused. Default: none, it came from outside. */
  readonly madeBy?: string | undefined;
  /** Where the service puts status and headers, for a caller who wants them. */
  readonly response?: ServiceResponse;
}

/** One service calls another. */
export interface Call {
  /** Name of the calling service. */
  readonly caller: string;
  readonly target: string | ServiceClass;
  readonly input: unknown;
  readonly options: InvokeOptions | undefined;
}

/** One service hands in work for another. */
export interface AsyncCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly target: string | ServiceClass;
  readonly input: unknown;
  readonly options: AsyncOptions | undefined;
}

/** One service publishes a message. */
export interface PublishCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly topic: string;
  readonly message: unknown;
  readonly options: RefusalOptions | undefined;
}

/** One service hands in work for several, and for the one that gets what they gave. */
export interface FlowCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly plan: Plan;
  readonly into: string | ServiceClass;
  readonly options: FlowOptions;
}

/** How a service is called from outside. */
export interface EntryOptions {
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
  readonly outgoing: (invocation: Invocation) => Outgoing;
  /** Names of the inbound headers that outgoing connections forward, in lower case. Default: none. */
  readonly forwardedHeaders?: readonly string[];
  /** Takes what `invokeAsync` and `publish` hand in. Default: it is refused. */
  readonly jobs?: JobDesk;
  readonly currentInvocation?: CurrentInvocation;
  /** The longest an invocation from outside may take, where nothing else is said. Default 15 s. */
  readonly timeout?: Duration;
}

/** Runs services: the only way in for channels, jobs, the command line and other services. */
export class Invoker {
  readonly registry: ServiceRegistry;
  readonly staleValues = new StaleValues();
  readonly #logger: Logger;
  readonly #outgoing: (invocation: Invocation) => Outgoing;
  readonly #jobs: JobDesk | undefined;
  readonly #forwarded: readonly string[];
  readonly #current: CurrentInvocation;
  readonly #timeoutMs: number;

  constructor(options: InvokerOptions) {
    this.registry = options.registry;
    this.#logger = options.logger;
    this.#outgoing = options.outgoing;
    this.#jobs = options.jobs;
    this.#forwarded = options.forwardedHeaders ?? [];
    this.#current = options.currentInvocation ?? new CurrentInvocation();
    this.#timeoutMs = toMs(options.timeout ?? '15s');
  }

  /**
   * Runs a service and gives its payload. What needs no waiting is done when it returns: a promise comes back only where there
   * is something to wait for, since three more promises per request cost 0.25 µs.
   *
   * @throws what the service failed with; nothing is classified here
   */
  run(service: BoundService, ask: Ask, context: InvocationContext): unknown {
    return this.#runWithin(service.timeoutMs, service, ask, context);
  }

  /**
   * Calls a service from outside of any: from a controller, a script or the command line.
   *
   * @throws what the service failed with; {@link DeadlineExceededError} when it took too long
   */
  async invoke(target: string | ServiceClass, input: unknown, options: EntryOptions = {}): Promise<unknown> {
    const service = this.registry.get(target);
    const timeoutMs = options.timeout === undefined ? this.#timeoutMs : toMs(options.timeout);
    const scope = new CancelScope(Deadline.in(timeoutMs), () => new DeadlineExceededError(service.name, timeoutMs));
    const context = { cid: options.cid ?? newCorrelationId(), scope, depth: 1 };
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
    { cid, scope, depth, composition, inbound, footprint, caller, job }: InvocationContext,
    { caller: from, target, input, options }: Call,
  ): Promise<unknown> {
    try {
      const service = this.registry.get(target);
      if (depth >= DEEPEST_CALL)
        throw new InternalError(`${service.name} was called ${depth} levels deep: services call each other in a loop`);
      const timeoutMs = shorter(service.timeoutMs, options?.timeout);
      const payload = this.#runWithin(
        timeoutMs,
        service,
        { input, madeBy: chooseBlamed(from, options) },
        { cid, scope, depth: depth + 1, composition, inbound, footprint, caller, job },
      );
      return isPromise(payload) ? payload : Promise.resolve(payload);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }

  /**
   * Hands in a job that carries on what the caller does; waits for the store no longer than the caller's deadline.
   *
   * @param context - of the caller
   */
  async enqueueFrom(context: InvocationContext, { caller, target, input, options }: AsyncCall): Promise<JobReceipt> {
    const service = this.registry.get(target);
    const made = this.#desk.enqueue({ service, input, options, origin: context });
    return stored(context, awaitBlaming(made, { caller: chooseBlamed(caller, options), callee: service.name }));
  }

  /** Hands in a durable composite; otherwise as {@link Invoker.enqueueFrom}. */
  async composeFrom(context: InvocationContext, { caller, plan, into, options }: FlowCall): Promise<JobReceipt> {
    const service = this.registry.get(into);
    return stored(context, this.#desk.compose({ caller, plan, into: service, options, origin: context }));
  }

  /** Publishes a message; otherwise as {@link Invoker.enqueueFrom}. */
  async publishFrom(context: InvocationContext, call: PublishCall): Promise<Publication> {
    const { caller, topic, message, options } = call;
    const made = this.#desk.publish(topic, message, context);
    return stored(context, awaitBlaming(made, { caller: chooseBlamed(caller, options), callee: `the topic ${topic}` }));
  }

  loggerOf({ cid, service }: Invocation): Logger {
    return this.#logger.child({ cid, service: service.name });
  }

  audienceFor({ caller, inbound }: InvocationContext): Audience {
    return { caller, headers: this.#forwarded.map((name) => [name, inbound?.headers[name]]) };
  }

  outgoingOf(invocation: Invocation): Outgoing {
    return this.#outgoing(invocation);
  }

  get #desk(): JobDesk {
    if (this.#jobs) return this.#jobs;
    throw new InternalError('there are no jobs here: this invoker was made without them');
  }

  #runWithin(timeoutMs: number | undefined, service: BoundService, ask: Ask, context: InvocationContext): unknown {
    if (timeoutMs === undefined) return this.#attempt(service, ask, context);
    const { scope: outer } = context;
    const expiry = () => {
      const failure = new DeadlineExceededError(service.name, timeoutMs);
      recordService(failure, service.name);
      return failure;
    };
    const scope = new CancelScope(outer.deadline.atMost(timeoutMs), expiry, outer);
    return settling(
      () => this.#attempt(service, ask, { ...context, scope }),
      () => scope.close(),
    );
  }

  #attempt(service: BoundService, ask: Ask, context: InvocationContext): unknown {
    const { scope } = context;
    try {
      if (scope.reason) throw scope.reason;
      const input = service.checkInput ? checkAsked(service.checkInput, service.name, ask) : ask.input;
      if (!isPromise(input)) return this.#handle(service, ask, context, input);
      const finish = (checked: unknown) => {
        // The caller was told that the time is up: what begins now would be done behind its back.
        if (scope.reason) throw scope.reason;
        return this.#handle(service, ask, context, checked);
      };
      return untilCancelled(input, scope, { finish, onFailure: (thrown) => recordService(thrown, service.name) });
    } catch (thrown) {
      recordService(thrown, service.name);
      throw thrown;
    }
  }

  #handle(service: BoundService, ask: Ask, context: InvocationContext, input: unknown): unknown {
    const request = {
      input,
      payload: ask.http ? ask.payload : ask.input,
      http: ask.http,
      caller: context.caller,
      job: ask.job,
    };
    const invocation = new Invocation(this, service, request, { context, response: ask.response });
    const instance = service.instantiate(invocation);
    const { footprint, scope } = context;
    if (footprint) footprint.hasBegun = true;
    const returned = this.#current.isWatched
      ? this.#current.run(invocation, () => instance.handle())
      : instance.handle();
    if (!isPromise(returned)) return invocation.finish(returned);
    footprint?.enter();
    return untilCancelled(returned, scope, invocation);
  }
}

function checkAsked(check: Check, callee: string, { input, texts = NO_TEXTS, madeBy: caller }: Ask): unknown {
  try {
    const checked = check(input, texts);
    return caller !== undefined && isPromise(checked) ? awaitBlaming(checked, { caller, callee }) : checked;
  } catch (thrown) {
    throw blameCaller(thrown, { caller, callee });
  }
}

/** Waits for work that an input was handed in for; when it is refused, the service that made it is to blame. */
function awaitBlaming<T>(work: Promise<T>, blame: Blame): Promise<T> {
  return work.catch((thrown: unknown) => {
    throw blameCaller(thrown, blame);
  });
}

/** Waits for the store no longer than the invocation lasts. The desk notes on the footprint that it has begun to write to it. */
function stored<T>({ scope, footprint }: InvocationContext, work: Promise<T>): Promise<T> {
  if (footprint) footprint.hasTried = true;
  footprint?.watch(work);
  return new Promise((resolve, reject) => {
    const stopListening = scope.onCancel(reject);
    work.finally(stopListening).then(resolve, reject);
  });
}

function shorter(declaredMs: number | undefined, asked: Duration | undefined): number | undefined {
  if (asked === undefined) return declaredMs;
  return Math.min(toMs(asked), declaredMs ?? Infinity);
}
