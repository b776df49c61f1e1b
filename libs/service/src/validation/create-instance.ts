import { ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import { TransformationType } from 'class-transformer';
import { defaultOptions } from 'class-transformer/cjs/constants/default-options.constant';
import {
  type TransformationArguments,
  TransformOperationExecutor,
} from 'class-transformer/cjs/TransformOperationExecutor';
import { findExposedName } from './compiled/member-type';
import { isThrownByValue } from './thrown-by-value';

/** The instance that class-transformer creates from a value. */
export interface CreatedInstance {
  readonly instance: object;
  /** Members that could not be transformed. They keep their original values. */
  readonly violations: readonly Violation[];
  /** Errors that transformations threw because of their values. */
  readonly thrown: readonly unknown[];
}

/**
 * Creates an instance of a class as `plainToInstance` does, and continues when a transformation throws because of its value.
 *
 * @throws {ValidationFailedError} for a member named constructor, which class-transformer mistakes for the class of its object
 * @throws the error of a transformation that failed for another reason
 */
export function createInstance(declared: new () => object, value: object): CreatedInstance {
  const transformation = new SafeTransformExecutor(value);
  const instance: unknown = transformation.transform(undefined, value, declared);
  const { violations, thrown } = transformation;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it converts an object to an object
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

  protected override applyCustomTransformations(value: unknown, ...rest: TransformationArguments): unknown {
    try {
      return super.applyCustomTransformations(value, ...rest);
    } catch (thrown) {
      const [target, member, object] = rest;
      this.#recordThrown(thrown, object, findExposedName(target, member));
      return value;
    }
  }

  /** @param value - the value that could not be transformed, or the object of the member that could not be transformed */
  #recordThrown(thrown: unknown, value: unknown, member?: string): void {
    const path = (this.#paths ??= indexPaths(this.root)).get(value) ?? [];
    if (member === undefined && hasConstructorMember(value)) {
      const memberPath = [...path, 'constructor'];
      throw new ValidationFailedError([
        violationAt(memberPath, 'constructor is not a known member', 'whitelistValidation'),
      ]);
    }
    if (!isThrownByValue(thrown, 'synchronous')) throw thrown;
    const memberPath = member === undefined ? path : [...path, member];
    this.thrown.push(thrown);
    this.violations.push(
      violationAt(memberPath, `${memberPath.at(-1) ?? 'the value'} cannot be transformed`, 'transform'),
    );
  }
}

function hasConstructorMember(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'constructor');
}

/** Indexes the path of each value, once, because a list may have thousands of items that throw. */
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
