import { ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import { TransformationType } from 'class-transformer';
import { defaultOptions } from 'class-transformer/cjs/constants/default-options.constant';
import { type AboutTransformation, TransformOperationExecutor } from 'class-transformer/cjs/TransformOperationExecutor';
import { findExposedName } from './compiled/member-type';
import { isThrownByValue } from './thrown-by-value';

/** What class-transformer makes of a value. */
export interface CreatedInstance {
  readonly instance: object;
  /** Members that could not be transformed. They have the values that were sent. */
  readonly violations: readonly Violation[];
  readonly thrown: readonly unknown[];
}

/**
 * Makes an instance of a class as `plainToInstance` does, and goes on where a transformation throws because of its value.
 *
 * @throws {ValidationFailedError} naming a member called constructor, which class-transformer takes for the class of its object
 * @throws what a transformation has thrown for another reason than its value
 */
export function createInstance(declared: new () => object, value: object): CreatedInstance {
  const transformation = new SafeTransformExecutor(value);
  const instance: unknown = transformation.transform(undefined, value, declared);
  const { violations, thrown } = transformation;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it makes an object of an object
  return { instance: instance as object, violations, thrown };
}

class SafeTransformExecutor extends TransformOperationExecutor {
  readonly violations: Violation[] = [];
  readonly thrown: unknown[] = [];
  #paths: ReadonlyMap<unknown, readonly string[]> | undefined;

  constructor(private readonly root: object) {
    super(TransformationType.PLAIN_TO_CLASS, defaultOptions);
  }

  override transform(source: unknown, value: unknown, ...rest: readonly unknown[]): unknown {
    try {
      return super.transform(source, value, ...rest);
    } catch (thrown) {
      if (value === this.root) throw thrown;
      this.#recordThrown(thrown, value);
      return value;
    }
  }

  protected override applyCustomTransformations(value: unknown, ...rest: AboutTransformation): unknown {
    try {
      return super.applyCustomTransformations(value, ...rest);
    } catch (thrown) {
      const [target, member, object] = rest;
      this.#recordThrown(thrown, object, findExposedName(target, member));
      return value;
    }
  }

  /** @param value - what could not be transformed, or the object whose member could not be */
  #recordThrown(thrown: unknown, value: unknown, member?: string): void {
    const path = (this.#paths ??= indexPaths(this.root)).get(value) ?? [];
    if (member === undefined && hasConstructorMember(value)) {
      const here = [...path, 'constructor'];
      throw new ValidationFailedError([violationAt(here, 'constructor is not known here', 'whitelistValidation')]);
    }
    if (!isThrownByValue(thrown, 'synchronous')) throw thrown;
    const here = member === undefined ? path : [...path, member];
    this.thrown.push(thrown);
    this.violations.push(violationAt(here, `${here.at(-1) ?? 'the value'} cannot be transformed`, 'transform'));
  }
}

function hasConstructorMember(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'constructor');
}

/** Where each value is. Made once: a list may have thousands of items that throw. */
function indexPaths(root: unknown): ReadonlyMap<unknown, readonly string[]> {
  const paths = new Map<unknown, readonly string[]>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (paths.has(value)) return;
    paths.set(value, path);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) visit(member, [...path, name]);
  };
  visit(root, []);
  return paths;
}
