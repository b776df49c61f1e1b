/** Modules that class-transformer does not export: the metadata of decorators, and the executor, to override it. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}

declare module 'class-transformer/cjs/TransformOperationExecutor' {
  import type { ClassTransformOptions, TransformationType } from 'class-transformer';

  export class TransformOperationExecutor {
    constructor(type: TransformationType, options: ClassTransformOptions);
    /** Calls itself for every item and member. Callers pass only the first two arguments and the class. */
    transform(source: unknown, value: unknown, ...rest: readonly unknown[]): unknown;
    /** Applies `@Transform`. */
    protected applyCustomTransformations(value: unknown, ...rest: TransformationArguments): unknown;
  }

  export type TransformationArguments = readonly [
    target: Function,
    member: string,
    object: object,
    type: TransformationType,
  ];
}

declare module 'class-transformer/cjs/constants/default-options.constant' {
  import type { ClassTransformOptions } from 'class-transformer';

  export const defaultOptions: ClassTransformOptions;
}
