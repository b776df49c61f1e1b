import type { DeclaredError } from '@trunkline/failures';
import type { Duration } from '@trunkline/time';
import type { StandardSchema } from '../validation/standard-schema';

/**
 * What a service takes or gives: names of strings (`'a'`, `['a', '-b']`, a dash makes it optional), a class with class-validator
 * decorators, or a Standard Schema (zod, valibot, arktype).
 */
export type ShapeDeclaration = string | readonly string[] | (new () => object) | StandardSchema;

/** What `@BusService` is told. */
export interface ServiceOptions<
  Input extends ShapeDeclaration | undefined,
  Output extends ShapeDeclaration | undefined,
> {
  /** Words of `[a-z0-9]` joined by `.`, `-` or `_`, at most 128 characters; unique on the bus. */
  readonly name: string;
  /** Default: the input is passed on as it came. */
  readonly input?: Input;
  /** The payload is checked and serialised by it. Default: the payload is sent as it is. */
  readonly output?: Output;
  /** Errors of its own, by code: `{ OUT_OF_STOCK: { status: 422, title: 'Items out of stock' } }`. */
  readonly errors?: Readonly<Record<string, DeclaredError>>;
  /** The longest an invocation may take; it can only shorten what the caller has left. Default: what the caller has left. */
  readonly timeout?: Duration;
  /** One sentence for people who look for a service. */
  readonly description?: string;
}

/** The type of the values that a declaration lets through. */
export type ShapeOf<D> = D extends undefined
  ? unknown
  : D extends string
    ? NamedStrings<readonly [D]>
    : D extends readonly string[]
      ? NamedStrings<D>
      : D extends StandardSchema<infer Value>
        ? Value
        : D extends new () => infer Instance
          ? Instance
          : never;

type NamedStrings<Names extends readonly string[]> = {
  readonly [N in Names[number] as N extends `-${string}` ? never : N]: string;
} & { readonly [N in Names[number] as N extends `-${infer Name}` ? Name : never]?: string };
