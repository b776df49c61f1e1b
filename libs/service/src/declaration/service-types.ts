import type { BusError } from '@trunkline/failures';

/** Key of the phantom property that holds the types of a service. It exists at compile time only. */
export declare const TYPES: unique symbol;

/** Input and output types of a service: `'adapter.crm.customer.get': Signature<{ customer_id: string }, Customer | null>`. */
export interface Signature<Input, Output> {
  readonly [TYPES]: { readonly input: Input; readonly output: Output };
}

/**
 * Service names and their types: `typeof GetCustomer`, or a {@link Signature} for a service without a class.
 * Declaration merging fills it; from then on an unknown name or a wrong input does not compile.
 *
 * ```ts
 * declare module 'trunkline' {
 *   interface Services { 'customer.get': typeof GetCustomer }
 * }
 * ```
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- it exists for declaration merging
export interface Services {}

/** A service class. */
export type ServiceClass = abstract new (...dependencies: never[]) => Signature<unknown, unknown>;

/** An instance of a service class, as the invoker runs it. */
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

/** Input type of a service class or a {@link Signature}. */
export type InputOf<S> = TypesOf<S>['input'];

/** Output type of a service class or a {@link Signature}. */
export type OutputOf<S> = TypesOf<S>['output'];

/** Name of a service: a key of {@link Services}, or any text while that is empty. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- it is redundant only until Services is filled
export type ServiceName = [keyof Services] extends [never] ? string : keyof Services & string;

/** Input type of a target of `invoke`: `unknown` for names while {@link Services} is empty. */
export type InputOfTarget<T> = T extends keyof Services
  ? InputOf<Services[T]>
  : T extends string
    ? unknown
    : InputOf<T>;

/** Output type of a target of `invoke`: `unknown` for names while {@link Services} is empty. */
export type OutputOfTarget<T> = T extends keyof Services
  ? OutputOf<Services[T]>
  : T extends string
    ? unknown
    : OutputOf<T>;
