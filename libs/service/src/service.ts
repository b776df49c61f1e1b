import { BusError, type BusErrorOptions, InternalError } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { Deadline } from '@trunkline/time';
import { compose } from './composite/compose';
import type { Composite, Plan } from './composite/composite';
import type { ComposeAsyncOptions } from './composite/compose-async-options';
import type { Invocation } from './invocation/invocation';
import type { InvokeOptions, RejectedInputOptions } from './invocation/invoke-options';
import { takeInvocation } from './invocation/service-instance';
import type { AsyncOptions } from './jobs/async-options';
import type { JobReceipt, Publication } from './jobs/job-submitter';
import type { Outgoing } from './invocation/outgoing';
import { PACKAGE_COPY, type PackageCopy, THIS_COPY } from './package-copy';
import type { ServiceRequest } from './invocation/service-request';
import type { ServiceResponse } from './invocation/service-response';
import type { InputOfTarget, OutputOfTarget, ServiceClass, ServiceName, TYPES } from './declaration/service-types';

/**
 * A named unit of work: a subclass with `handle()`, declared by `@BusService`.
 *
 * Every invocation has a new instance, so state on `this` belongs to one request. Nest injects the constructor parameters, once for
 * all invocations.
 */
export abstract class Service<Input = unknown, Output = unknown> {
  /** Identifies service classes without `instanceof`, because a process may load several copies of this package. */
  static readonly [PACKAGE_COPY]: PackageCopy = THIS_COPY;

  /** Creates the failure of an output that does not fit its declaration. Adapters override it: their output is the upstream's. */
  static createOutputError(service: string, what: string, cause: Error): BusError {
    return new InternalError(`the output of ${service} does not fit its declaration: ${what}`, { cause });
  }

  declare readonly [TYPES]: { readonly input: Input; readonly output: Output };
  /** Not a `#private` name, which slows down every call when the classes differ. */
  declare private readonly $invocation: Invocation | undefined;

  constructor() {
    this.$invocation = takeInvocation();
  }

  /** Handles one invocation. Returns the payload of the response, or sets it on `this.response`. */
  abstract handle(): Output | void | Promise<Output | void>;

  /** The input, and where it comes from. */
  get request(): ServiceRequest<Input> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is validated, and the decorator's type ties the declaration to the generic
    return this.$current.request as ServiceRequest<Input>;
  }

  /** Payload, status code and headers of the response. */
  get response(): ServiceResponse<Output> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its payload is validated before it is sent
    return this.$current.response as ServiceResponse<Output>;
  }

  /** Correlation id: one per inbound request or job, shared by all its invocations. */
  get cid(): string {
    return this.$current.cid;
  }

  /** Logger whose lines have the correlation id and the name of the service. */
  get logger(): Logger {
    return this.$current.logger;
  }

  /** Aborts when the deadline passes or the response is no longer needed, for example because the client disconnected. */
  get signal(): AbortSignal {
    return this.$current.scope.signal;
  }

  /** The instant by which this invocation must end. */
  get deadline(): Deadline {
    return this.$current.scope.deadline;
  }

  /** Outgoing connections, by kind and name: `this.out.rest['CRM']`. */
  get out(): Outgoing {
    return this.$current.out;
  }

  /**
   * Calls a service, by class or by name, and returns its payload. The callee shares the correlation id and the deadline.
   *
   * @throws the callee's error, unchanged
   * @throws {InternalError} when the callee's declaration rejects the input; `ValidationFailedError` with `refusals: 'forward'`
   * @throws {ServiceResponseError} when the callee set a status of 400 or more
   * @throws {DeadlineExceededError} as soon as the deadline has passed, even if the callee ignores its signal
   * @throws {InternalError} for an unknown service, and beyond 32 nested calls
   */
  invoke<T extends ServiceName | ServiceClass>(
    target: T,
    input: InputOfTarget<T>,
    options?: InvokeOptions,
  ): Promise<OutputOfTarget<T>> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the callee's class or signature declares it
    return this.$current.invoke(target, input, options) as Promise<OutputOfTarget<T>>;
  }

  /** Calls a service whose name is computed at run time; otherwise as {@link Service.invoke}. */
  invokeDynamic(name: string, input?: unknown, options?: InvokeOptions): Promise<unknown> {
    return this.$current.invoke(name, input, options);
  }

  /**
   * Submits a job: the service is invoked later, and retried until it succeeds or has used all its attempts. The job keeps the
   * correlation id. Resolves once the store has acknowledged the job.
   *
   * In a retried job, the same call with the same input creates no second job.
   *
   * @throws {InternalError} when the input does not fit the service, or has a member that is marked secret;
   *   `ValidationFailedError` with `refusals: 'forward'`
   * @throws {BusError} 413 `CONTENT_TOO_LARGE` for an input of more than 1 MiB; 503 `STORE_UNAVAILABLE` when the store does not
   *   answer within 1 s
   * @throws {InternalError} for an unknown service
   */
  invokeAsync<T extends ServiceName | ServiceClass>(
    target: T,
    input: InputOfTarget<T>,
    options?: AsyncOptions,
  ): Promise<JobReceipt> {
    return this.$current.invokeAsync(target, input, options);
  }

  /** Submits a job for a service whose name is computed at run time; otherwise as {@link Service.invokeAsync}. */
  invokeAsyncDynamic(name: string, input?: unknown, options?: AsyncOptions): Promise<JobReceipt> {
    return this.$current.invokeAsync(name, input, options);
  }

  /**
   * Publishes a message to a topic of the configuration: submits one independent job for each subscriber.
   *
   * @throws {InternalError} for an unknown topic; otherwise as {@link Service.invokeAsync}
   */
  publish(topic: string, message: unknown, options?: RejectedInputOptions): Promise<Publication> {
    return this.$current.publish(topic, message, options);
  }

  /**
   * Calls several services at once and tolerates the failure of optional ones:
   * `compose({ profile: required(…), activity: optional(…) })`.
   *
   * @throws {CompositeError} as soon as a required branch has failed: its failure, and the outcome of each branch
   */
  compose<const P extends Plan>(plan: P): Promise<Composite<P>> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan's type declares the value of each branch
    return compose(this.$current, plan) as Promise<Composite<P>>;
  }

  /**
   * Submits a durable composite, for work that takes minutes: each branch is a job, and `into` is invoked with the result of the
   * composite: `composeAsync({ profile: required(…) }, { into: 'report.finish' })`. Resolves once the store has acknowledged all jobs.
   * When a required branch becomes a dead letter, so does the composite, and branches that have not started are dropped.
   *
   * There are no stale values, and the limits of queues decide how many branches run at once.
   *
   * @returns the job that runs `into`; its status is that of the composite
   * @throws {RangeError} for `staleIfError`, for `concurrency` of a list, and for more than 1 000 branches
   */
  composeAsync<const P extends Plan, T extends ServiceName | ServiceClass>(
    plan: P,
    options: ComposeAsyncOptions<P, T>,
  ): Promise<JobReceipt> {
    const { into, ...rest } = options;
    return this.$current.composeAsync(plan, into, rest);
  }

  /**
   * Creates an error that this service has declared: `throw this.error('OUT_OF_STOCK', { items })`.
   *
   * @param data - members of the problem document that the client receives
   * @throws {TypeError} when the code is not declared
   */
  error(code: string, data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}): BusError {
    const { name, errors = {} } = this.$current.service.declaration;
    const declared = errors[code];
    if (!declared)
      throw new TypeError(`${name} declares no error ${code}; it declares ${Object.keys(errors).join(', ') || 'none'}`);
    const { status, title, retryAfter } = declared;
    return new BusError(title, {
      code,
      kind: 'domain',
      status,
      data,
      ...(retryAfter !== undefined && { retryAfter }),
      ...options,
    });
  }

  private get $current(): Invocation {
    if (this.$invocation) return this.$invocation;
    throw new TypeError(`this ${this.constructor.name} belongs to no invocation: call the service with invoke()`);
  }
}
