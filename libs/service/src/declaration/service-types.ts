import type { BusError } from '@trunkline/failures';

/** Key of the phantom property in which a service carries its types. It exists for the compiler alone. */
export declare const TYPES: unique symbol;

/** Input and output of a service, as a type: `'adapter.crm.customer.get': Signature<{ customer_id: string }, Customer | null>`. */
export interface Signature<Input, Output> {
  readonly [TYPES]: { readonly input: Input; readonly output: Output };
}

/**
 * Names of services and what stands behind them: `typeof GetCustomer`, or a {@link Signature} where there is no class.
 * Empty until it is filled by declaration merging; from then on an unknown name or a wrong
 * input does not compile.
 *
 * ```ts
 * declare module 'trunkline' {
 *   interface Services { 'customer.get': typeof GetCustomer }
 * }
 * ```
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- it is there to be merged with
export interface Services {}

/** A class of services. */
export type ServiceClass = abstract new (...dependencies: never[]) => Signature<unknown, unknown>;

/** The part of a service's instance that runs it. */
export interface ServiceInstance extends Signature<unknown, unknown> {
  handle(): unknown;
}

/** A service class that can be instantiated, whatever its constructor parameters are. */
export type ServiceConstructor = (new (...dependencies: readonly unknown[]) => ServiceInstance) & {
  createOutputError(service: string, what: string, cause: Error): BusError;
};

type TypesOf<S> =
  S extends Signature<infer Input, infer Output>
    ? { input: Input; output: Output }
    : S extends { readonly prototype: Signature<infer Input, infer Output> }
      ? { input: Input; output: Output }
      : never;

/** What a service takes: of a class, or of a {@link Signature}. */
export type InputOf<S> = TypesOf<S>['input'];

/** What a service gives: of a class, or of a {@link Signature}. */
export type OutputOf<S> = TypesOf<S>['output'];

/** What `invoke` can be told: a known name, or any text while {@link Services} is empty. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- it is redundant only until Services is filled
export type ServiceName = [keyof Services] extends [never] ? string : keyof Services & string;

/** Input of what was named: unknown while {@link Services} is empty. */
export type InputOfTarget<T> = T extends keyof Services
  ? InputOf<Services[T]>
  : T extends string
    ? unknown
    : InputOf<T>;

/** Output of what was named: unknown while {@link Services} is empty. */
export type OutputOfTarget<T> = T extends keyof Services
  ? OutputOf<Services[T]>
  : T extends string
    ? unknown
    : OutputOf<T>;
