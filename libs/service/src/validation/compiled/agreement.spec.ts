import { isDeepStrictEqual } from 'node:util';
import { ValidationFailedError } from '@trunkline/failures';
import { plainToInstance } from 'class-transformer';
import { useContainer, type ValidationError, Validator, type ValidatorOptions } from 'class-validator';
import { ValidationExecutor } from 'class-validator/cjs/validation/ValidationExecutor';
import fc from 'fast-check';
import type { ShapeValidator } from '../shape-validator';
import { createClassInputValidator } from '../decorated-class-validator';
import { findCoercionTargets, findUncoerced } from '../coercion-targets';
import { coerceMembers } from '../coercion';
import { type CompiledValidator, compileClass } from './compile-class';
import type { UndeclaredPolicy } from './compiled-class';
import { createClass, createClassRecipes, type Extent, createValues } from './generated-class.fixture';

/** Each run has four values. */
const RUNS = { numRuns: 1_500 };
/** Fewer runs, because this rule is about speed: class-validator accepts what the compiled validator does not. */
const USUAL_RUNS = { numRuns: 400 };

/** The instance that class-transformer creates, if class-validator accepts it. */
async function validateUncompiled(
  declared: new () => object,
  value: object,
  undeclared: UndeclaredPolicy,
): Promise<object | undefined> {
  try {
    const instance = plainToInstance(declared, value);
    const forbidNonWhitelisted = undeclared === 'reject';
    const options = { whitelist: true, forbidNonWhitelisted, forbidUnknownValues: true };
    return (await validate(instance, options)) ? instance : undefined;
  } catch {
    // class-transformer and some validators throw for values such as { constructor: 1 }, and users' code for others.
    return undefined;
  }
}

/** Like class-validator's `validate`, which leaves a rejection unhandled when another validator throws. */
async function validate(instance: object, options: ValidatorOptions): Promise<boolean> {
  const executor = new ValidationExecutor(new Validator(), options);
  const errors: ValidationError[] = [];
  try {
    executor.execute(instance, '', errors);
  } finally {
    for (const promise of executor.awaitingPromises) promise.catch(() => undefined);
  }
  await Promise.all(executor.awaitingPromises);
  return executor.stripEmptyErrors(errors).length === 0;
}

/** class-validator validates again what throws. */
function attempt(check: CompiledValidator | undefined, value: object): object | undefined {
  try {
    return check?.(value);
  } catch {
    return undefined;
  }
}

/** Whether two values have the same prototype, and deeply the same members in the same order. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other) || Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date && other instanceof Date) return Object.is(one.getTime(), other.getTime());
  const names = Reflect.ownKeys(one);
  const areNamed = isDeepStrictEqual(names, Reflect.ownKeys(other));
  return areNamed && names.every((name) => isSame(Reflect.get(one, name), Reflect.get(other, name)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const DEPTH = { usual: 1, wild: 1, strange: 2 };
const UNDECLARED = fc.constantFrom<UndeclaredPolicy>('reject', 'strip');

const cases = (extent: Extent) =>
  createClassRecipes(extent, DEPTH[extent]).chain((recipe) =>
    fc.record({
      recipe: fc.constant(recipe),
      undeclared: UNDECLARED,
      values: fc.array(createValues(recipe, extent), { minLength: 4, maxLength: 4 }),
    }),
  );

/** class-validator searches all classes and validators: without this, each run is slower than the last. */
function forgetClasses(): void {
  Reflect.deleteProperty(globalThis, 'classValidatorMetadataStorage');
}

describe('a compiled validator', () => {
  beforeAll(() => useContainer({ get: (validator: new () => object) => new validator() }));

  it('accepts nothing that class-validator rejects, and creates the instance that class-transformer creates', async () => {
    let accepted = 0;
    const isAgreed = fc.asyncProperty(cases('strange'), async ({ recipe, undeclared, values }) => {
      forgetClasses();
      const declared = createClass(recipe);
      const check = compileClass(declared, undeclared);
      for (const value of values) {
        const instance = attempt(check, value);
        if (instance === undefined) continue;
        accepted += 1;
        expect(isSame(instance, await validateUncompiled(declared, value, undeclared))).toBe(true);
      }
    });

    await fc.assert(isAgreed, RUNS);

    expect(accepted).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it('accepts every JSON value that class-validator accepts, for classes with common decorators', async () => {
    let compiled = 0;
    const isAgreed = fc.asyncProperty(cases('usual'), async ({ recipe, undeclared, values }) => {
      forgetClasses();
      const declared = createClass(recipe);
      const check = compileClass(declared, undeclared);
      if (check === undefined) return;
      compiled += 1;
      for (const value of values)
        expect(isSame(check(value), await validateUncompiled(declared, value, undeclared))).toBe(true);
    });

    await fc.assert(isAgreed, USUAL_RUNS);

    expect(compiled).toBeGreaterThan(USUAL_RUNS.numRuns / 2);
  });

  it('falls back to class-validator, and then agrees with it on texts and JSON for every kind of validator', async () => {
    const outcomes = { accepted: 0, rejected: 0 };
    const isAgreed = fc.asyncProperty(cases('wild'), fc.array(fc.nat(3)), async ({ recipe, values }, chosen) => {
      forgetClasses();
      const declared = createClass(recipe);
      const check = createClassInputValidator(declared);
      for (const value of values) {
        const { sent, texts } = toTexts(value, chosen);
        const accepted = await findAccepted(check, sent, texts);
        const targets = findCoercionTargets(declared);
        const converted = Object(coerceMembers(sent, texts, targets.byName));
        const isConverted = findUncoerced(converted, texts, targets).length === 0;
        const expected = isConverted ? await validateUncompiled(declared, converted, 'reject') : undefined;
        outcomes[accepted ? 'accepted' : 'rejected'] += 1;
        expect(isSame(accepted, expected)).toBe(true);
      }
    });

    await fc.assert(isAgreed, RUNS);

    expect(Math.min(outcomes.accepted, outcomes.rejected)).toBeGreaterThan(RUNS.numRuns / 5);
  });
});

/** Turns some members into texts, as path and query have them. */
function toTexts(
  value: object,
  chosen: readonly number[],
): { readonly sent: object; readonly texts: readonly string[] } {
  const texts = Object.keys(value).filter((_, index) => chosen.includes(index));
  const members = texts.map((key): [string, unknown] => [key, toText(Reflect.get(value, key))]);
  return { sent: { ...value, ...Object.fromEntries(members) }, texts };
}

function toText(member: unknown): unknown {
  if (Array.isArray(member) && member.length > 1) return member.map(String);
  return isObject(member) ? JSON.stringify(member) : String(member);
}

/** The instance; `undefined` for a rejected value. Any other error fails the test. */
async function findAccepted(check: ShapeValidator, value: object, texts: readonly string[]): Promise<unknown> {
  try {
    return await check(value, texts);
  } catch (thrown) {
    if (thrown instanceof ValidationFailedError) return undefined;
    throw thrown;
  }
}
