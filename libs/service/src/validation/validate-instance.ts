import { type ValidationError, Validator, type ValidatorOptions } from 'class-validator';
import { SafeValidationExecutor } from './safe-validation-executor';

/** What class-validator says of an instance. */
export interface InstanceFindings {
  readonly errors: readonly ValidationError[];
  /** What validators have thrown because of the values that they were given. The members are among the errors. */
  readonly thrown: readonly unknown[];
}

const validator = new Validator();
/** The rules are those of the class. */
const NO_SCHEMA = '';

/**
 * Asks class-validator about an instance, and waits for validators that return promises, which `validateSync` ignores.
 *
 * @returns a promise only where there is something to wait for
 * @throws what a validator has thrown for another reason than the value that it was given
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
