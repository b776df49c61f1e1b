/** A module that class-validator does not export: the executor, to override it. */
declare module 'class-validator/cjs/validation/ValidationExecutor' {
  import type { getMetadataStorage, ValidationError, Validator, ValidatorOptions } from 'class-validator';

  type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

  export class ValidationExecutor {
    awaitingPromises: Promise<unknown>[];
    constructor(validator: Validator, options: ValidatorOptions);
    execute(object: object, schema: string, errors: ValidationError[]): void;
    stripEmptyErrors(errors: ValidationError[]): ValidationError[];
    /** Validates a member. */
    protected performValidations(object: object, value: unknown, ...rest: MemberArguments): void;
    /** Validates a member by its decorators of one kind. */
    protected customValidations(object: object, value: unknown, ...rest: RuleArguments): void;
  }

  export type MemberArguments = readonly [
    name: string,
    defined: readonly Metadata[],
    others: readonly Metadata[],
    errors: ValidationError[],
  ];
  export type RuleArguments = readonly [metadatas: readonly Metadata[], error: ValidationError];
}
