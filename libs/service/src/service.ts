import { BusError, type BusErrorOptions, InternalError } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { Deadline } from '@trunkline/time';
import { compose } from './composite/compose';
import type { Composite, Plan } from './composite/composite';
import type { ComposeAsyncOptions } from './composite/compose-async-options';
import type { Invocation } from './invocation/invocation';
import type { InvokeOptions, RefusalOptions } from './invocation/invoke-options';
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
 * Every invocation gets a new instance, so `this` belongs to one request alone. Constructor parameters are injected by Nest,
 * once for all invocations.
 */
export abstract class Service<Input = unknown, Output = unknown> {
  /** Not an `instanceof`: a process may hold several copies of this package. */
  static readonly [PACKAGE_COPY]: PackageCopy = THIS_COPY;

  /** The failure of an output that does not fit its declaration: ours, unless the output is somebody else's. */
  static createOutputError(service: string, what: string, cause: Error): BusError {
    return new InternalError(`the output of ${service} does not fit its declaration: ${what}`, { cause });
  }

  declare readonly [TYPES]: { readonly input: Input; readonly output: Output };
  /** Not a `#private` name, and set by the constructor: as one, on classes that differ, it cost every call of a service 0.1 µs. */
  declare private readonly $invocation: Invocation | undefined;

  constructor() {
    this.$invocation = takeInvocation();
  }

  /** Does the work. The payload of the answer is returned, or set on `this.response`. */
  abstract handle(): Output | void | Promise<Output | void>;

  get request(): ServiceRequest<Input> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has been checked, and the decorator's type ties check and generic together
    return this.$current.request as ServiceRequest<Input>;
  }

  get response(): ServiceResponse<Output> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is set here is checked before it is sent
    return this.$current.response as ServiceResponse<Output>;
  }

  /** Correlation id: one per inbound request or job, shared with everything it calls. */
  get cid(): string {
    return this.$current.cid;
  }

  /** Its lines carry the correlation id and the name of the service. */
  get logger(): Logger {
    return this.$current.logger;
  }

  /** Aborts when the deadline passes or nobody waits for the answer any more. */
  get signal(): AbortSignal {
    return this.$current.scope.signal;
  }

  /** The instant by which this invocation must have ended. */
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
   * @throws whatever the callee failed with, as it is; {@link InternalError} when its declaration refuses the input, and
   * {@link ValidationFailedError} where that is to be forwarded
   * @throws {ServiceResponseError} when the callee set a status of 400 or more
   * @throws {DeadlineExceededError} as soon as the deadline has passed, whether the callee heeds it or not
   * @throws {InternalError} for an unknown service, and beyond 32 nested calls
   */
  invoke<T extends ServiceName | ServiceClass>(
    target: T,
    input: InputOfTarget<T>,
    options?: InvokeOptions,
  ): Promise<OutputOfTarget<T>> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the callee's class or signature says so
    return this.$current.invoke(target, input, options) as Promise<OutputOfTarget<T>>;
  }

  /** As {@link Service.invoke}, for a name that only the running program knows. */
  invokeDynamic(name: string, input?: unknown, options?: InvokeOptions): Promise<unknown> {
    return this.$current.invoke(name, input, options);
  }

  /**
   * Makes a job: the service is invoked later, and again when it fails, until it succeeds or its attempts are used up. It keeps
   * the correlation id. Resolves once the store has acknowledged the job.
   *
   * In a job that is tried again, the same call with the same input makes no second job.
   *
   * @throws {InternalError} when the input does not fit the service, or has a member that is marked secret;
   *   {@link ValidationFailedError} where that is to be forwarded
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

  /** As {@link Service.invokeAsync}, for a name that only the running program knows. */
  invokeAsyncDynamic(name: string, input?: unknown, options?: AsyncOptions): Promise<JobReceipt> {
    return this.$current.invokeAsync(name, input, options);
  }

  /**
   * Publishes a message to a topic of the configuration: one job for each subscriber, none of which hears of the others.
   *
   * @throws {InternalError} for an unknown topic; otherwise as {@link Service.invokeAsync}
   */
  publish(topic: string, message: unknown, options?: RefusalOptions): Promise<Publication> {
    return this.$current.publish(topic, message, options);
  }

  /**
   * Calls several services at once and gives what could be got: `compose({ profile: required(…), activity: optional(…) })`.
   *
   * @throws {CompositeError} as soon as a required branch has failed: its failure, and how each branch ended
   */
  compose<const P extends Plan>(plan: P): Promise<Composite<P>> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan's type says what the engine gives for each branch
    return compose(this.$current, plan) as Promise<Composite<P>>;
  }

  /**
   * A composite for work that takes minutes: each branch is a job of its own, and `into` is invoked with what they gave, as
   * {@link Service.compose} gives it: `composeAsync({ profile: required(…) }, { into: 'report.finish' })`. Resolves once the store has
   * acknowledged all of it. When a required branch is a dead letter, so is the composite, and branches that have not begun are
   * dropped.
   *
   * There are no stale values, and how many branches run at once is for lanes to say.
   *
   * @returns the job that `into` runs as; it tells how the composite stands
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
   * An error that this service has declared: `throw this.error('OUT_OF_STOCK', { items })`.
   *
   * @param data - facts for the client: they become members of the answer
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
    throw new TypeError(`this ${this.constructor.name} was not made by an invocation: call it with invoke()`);
  }
}
