/** What the front door of class-transformer does not export: what decorators have recorded, and the executor, to override it. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}

declare module 'class-transformer/cjs/TransformOperationExecutor' {
  import type { ClassTransformOptions, TransformationType } from 'class-transformer';

  export class TransformOperationExecutor {
    constructor(type: TransformationType, options: ClassTransformOptions);
    /** Calls itself for every item and member. Only the first two arguments and the class are ours to pass. */
    transform(source: unknown, value: unknown, ...rest: readonly unknown[]): unknown;
    /** Applies `@Transform`. */
    protected applyCustomTransformations(value: unknown, ...rest: AboutTransformation): unknown;
  }

  export type AboutTransformation = readonly [
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
