import type { DeclaredError } from '@trunkline/failures';
import type { Duration } from '@trunkline/time';
import type { StandardSchema } from '../validation/standard-schema';

/**
 * The declared shape of an input or output: names of strings (`'a'`, `['a', '-b']`; a dash makes one optional), a class with
 * class-validator decorators, or a Standard Schema (zod, valibot, arktype).
 */
export type ShapeDeclaration = string | readonly string[] | (new () => object) | StandardSchema;

/** Options of `@BusService`. */
export interface ServiceOptions<
  Input extends ShapeDeclaration | undefined,
  Output extends ShapeDeclaration | undefined,
> {
  /** Words of `[a-z0-9]` joined by `.`, `-` or `_`, at most 128 characters; unique on the bus. */
  readonly name: string;
  /** Shape of the input. Default: the input is passed on unchanged. */
  readonly input?: Input;
  /** Shape that the payload is validated and serialized by. Default: the payload is sent unchanged. */
  readonly output?: Output;
  /** Errors that the service declares, by code: `{ OUT_OF_STOCK: { status: 422, title: 'Items out of stock' } }`. */
  readonly errors?: Readonly<Record<string, DeclaredError>>;
  /** Time limit of an invocation. It can only shorten the caller's remaining time, which is the default. */
  readonly timeout?: Duration;
  /** One sentence for lists of services and OpenAPI. */
  readonly description?: string;
}

/** The type of the values that a declaration accepts. */
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
