/** What the front door of class-validator does not export: the executor, to override it. */
declare module 'class-validator/cjs/validation/ValidationExecutor' {
  import type { getMetadataStorage, ValidationError, Validator, ValidatorOptions } from 'class-validator';

  type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

  export class ValidationExecutor {
    awaitingPromises: Promise<unknown>[];
    constructor(validator: Validator, options: ValidatorOptions);
    execute(object: object, schema: string, errors: ValidationError[]): void;
    stripEmptyErrors(errors: ValidationError[]): ValidationError[];
    /** Checks a member. */
    protected performValidations(object: object, value: unknown, ...rest: AboutMember): void;
    /** Checks a member by decorators of one kind. */
    protected customValidations(object: object, value: unknown, ...rest: AboutRules): void;
  }

  export type AboutMember = readonly [
    name: string,
    defined: readonly Metadata[],
    others: readonly Metadata[],
    errors: ValidationError[],
  ];
  export type AboutRules = readonly [metadatas: readonly Metadata[], error: ValidationError];
}
