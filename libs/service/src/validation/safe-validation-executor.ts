import { getMetadataStorage, ValidationError } from 'class-validator';
import {
  type MemberArguments,
  type RuleArguments,
  ValidationExecutor,
} from 'class-validator/cjs/validation/ValidationExecutor';
import { makePatternStateless } from './compiled/stateless-pattern';
import { type CallMode, isThrownByValue } from './thrown-by-value';

interface RuleLocation {
  readonly error: ValidationError;
  readonly rule: string;
}

/** class-validator's executor, in which an error thrown by a validator, condition, message or getter becomes an error of the member. */
export class SafeValidationExecutor extends ValidationExecutor {
  /** Errors thrown because of the validated value. */
  readonly thrown: unknown[] = [];
  /** Errors thrown for another reason. */
  readonly failures: unknown[] = [];

  override execute(object: object, schema: string, errors: ValidationError[]): void {
    try {
      super.execute(object, schema, errors);
    } catch (thrown) {
      const property = findThrowingGetter(object);
      if (property === undefined) throw thrown;
      const error = Object.assign(new ValidationError(), { property, children: [], constraints: {} });
      errors.push(error);
      this.#recordThrown(thrown, 'synchronous', { error, rule: 'getter' });
    }
  }

  protected override performValidations(object: object, value: unknown, ...rest: MemberArguments): void {
    const errors = rest[3];
    const index = errors.length;
    try {
      super.performValidations(object, value, ...rest);
    } catch (thrown) {
      const error = errors[index];
      if (!error) throw thrown;
      this.#recordThrown(thrown, 'synchronous', { error, rule: 'conditionalValidation' });
    }
  }

  protected override customValidations(object: object, value: unknown, ...[metadatas, error]: RuleArguments): void {
    for (const metadata of metadatas) {
      makePatternStateless(metadata);
      const first = this.awaitingPromises.length;
      const location = { error, rule: metadata.name ?? metadata.type };
      try {
        super.customValidations(object, value, [metadata], error);
      } catch (thrown) {
        this.#recordThrown(thrown, 'synchronous', location);
      }
      if (this.awaitingPromises.length > first) this.#catchRejections(first, location);
    }
  }

  /** Replaces new promises by ones that never reject, because all of them are awaited together. */
  #catchRejections(first: number, location: RuleLocation): void {
    const added = this.awaitingPromises.splice(first);
    for (const promise of added) {
      const handled = promise.then(undefined, (thrown: unknown) =>
        this.#recordThrown(thrown, 'asynchronous', location),
      );
      this.awaitingPromises.push(handled);
    }
  }

  #recordThrown(thrown: unknown, calling: CallMode, { error, rule }: RuleLocation): void {
    if (!isThrownByValue(thrown, calling)) {
      this.failures.push(thrown);
      return;
    }
    this.thrown.push(thrown);
    error.constraints = { ...error.constraints, [rule]: `${error.property} cannot be validated` };
  }
}

/** Finds the member whose getter throws. */
function findThrowingGetter(object: object): string | undefined {
  const rules = getMetadataStorage().getTargetValidationMetadatas(object.constructor, '', false, false);
  for (const { propertyName } of rules) {
    try {
      Reflect.get(object, propertyName);
    } catch {
      return propertyName;
    }
  }
  return undefined;
}
