import { type ValidationError, Validator, type ValidatorOptions } from 'class-validator';
import { SafeValidationExecutor } from './safe-validation-executor';

/** The result of class-validator for an instance. */
export interface InstanceFindings {
  readonly errors: readonly ValidationError[];
  /** Errors that validators threw because of their values. Their members are among {@link errors}. */
  readonly thrown: readonly unknown[];
}

const validator = new Validator();
/** No named schema: the rules are the decorators of the class. */
const NO_SCHEMA = '';

/**
 * Validates an instance with class-validator, and waits for validators that return promises, which `validateSync` ignores.
 *
 * @returns a promise only if a validator returned one
 * @throws the error of a validator that failed for another reason than its value
 */
export function validateInstance(
  instance: object,
  options: ValidatorOptions,
): InstanceFindings | Promise<InstanceFindings> {
  const execution = new SafeValidationExecutor(validator, options);
  const errors: ValidationError[] = [];
  execution.execute(instance, NO_SCHEMA, errors);
  const conclude = (): InstanceFindings => {
    if (execution.failures.length > 0) throw execution.failures[0];
    return { errors: execution.stripEmptyErrors(errors), thrown: execution.thrown };
  };
  return execution.awaitingPromises.length === 0 ? conclude() : Promise.all(execution.awaitingPromises).then(conclude);
}
