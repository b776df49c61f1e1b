import { getMetadataStorage, ValidationError } from 'class-validator';
import {
  type AboutMember,
  type AboutRules,
  ValidationExecutor,
} from 'class-validator/cjs/validation/ValidationExecutor';
import { freshenPattern } from './compiled/fresh-pattern';
import { type Calling, isThrownByValue } from './thrown-by-value';

interface Place {
  readonly error: ValidationError;
  readonly rule: string;
}

/** class-validator's executor. What validators, conditions, messages and getters throw becomes an error of the member. */
export class ClassExecution extends ValidationExecutor {
  readonly thrown: unknown[] = [];
  /** What was thrown for another reason than the value that was checked. */
  readonly failures: unknown[] = [];

  override execute(object: object, schema: string, errors: ValidationError[]): void {
    try {
      super.execute(object, schema, errors);
    } catch (thrown) {
      const property = findThrowingMember(object);
      if (property === undefined) throw thrown;
      const error = Object.assign(new ValidationError(), { property, children: [], constraints: {} });
      errors.push(error);
      this.#note(thrown, 'synchronous', { error, rule: 'getter' });
    }
  }

  protected override performValidations(object: object, value: unknown, ...rest: AboutMember): void {
    const errors = rest[3];
    const index = errors.length;
    try {
      super.performValidations(object, value, ...rest);
    } catch (thrown) {
      const error = errors[index];
      if (!error) throw thrown;
      this.#note(thrown, 'synchronous', { error, rule: 'conditionalValidation' });
    }
  }

  protected override customValidations(object: object, value: unknown, ...[metadatas, error]: AboutRules): void {
    for (const metadata of metadatas) {
      freshenPattern(metadata);
      const first = this.awaitingPromises.length;
      const place = { error, rule: metadata.name ?? metadata.type };
      try {
        super.customValidations(object, value, [metadata], error);
      } catch (thrown) {
        this.#note(thrown, 'synchronous', place);
      }
      if (this.awaitingPromises.length > first) this.#surviveFrom(first, place);
    }
  }

  /** Every promise is waited for, whatever becomes of the others: none may reject. */
  #surviveFrom(first: number, place: Place): void {
    const added = this.awaitingPromises.splice(first);
    for (const promise of added) {
      const survived = promise.then(undefined, (thrown: unknown) => this.#note(thrown, 'asynchronous', place));
      this.awaitingPromises.push(survived);
    }
  }

  #note(thrown: unknown, calling: Calling, { error, rule }: Place): void {
    if (!isThrownByValue(thrown, calling)) {
      this.failures.push(thrown);
      return;
    }
    this.thrown.push(thrown);
    error.constraints = { ...error.constraints, [rule]: `${error.property} cannot be validated` };
  }
}

/** The member with rules that cannot be read: its getter throws. */
function findThrowingMember(object: object): string | undefined {
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
