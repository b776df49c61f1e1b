import { isDeepStrictEqual } from 'node:util';
import { plainToInstance } from 'class-transformer';
import { useContainer, validateSync } from 'class-validator';
import fc from 'fast-check';
import { compileClass } from './compile-class';
import type { Undeclared } from './compiled-class';
import { classOf, classRecipes, type Extent, valuesOf } from './generated-class.fixture';

/** Each with four values. */
const RUNS = { numRuns: 1_500 };
/** This one is about speed: what is not accepted at once is accepted by class-validator. */
const USUAL_RUNS = { numRuns: 400 };

/** The instance that class-transformer makes, where class-validator accepts it. */
function asTheyDo(declared: new () => object, value: object, undeclared: Undeclared): object | undefined {
  try {
    const instance = plainToInstance(declared, value);
    const forbidNonWhitelisted = undeclared === 'refused';
    const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted, forbidUnknownValues: true });
    return errors.length === 0 ? instance : undefined;
  } catch {
    // class-transformer and some validators fall over values such as { constructor: 1 }.
    return undefined;
  }
}

/** Of one prototype, with the same members in the same order, all the way down. */
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

const DEPTH = { usual: 1, strange: 2 };
const UNDECLARED = fc.constantFrom<Undeclared>('refused', 'left out');

const cases = (extent: Extent) =>
  classRecipes(extent, DEPTH[extent]).chain((recipe) =>
    fc.record({
      recipe: fc.constant(recipe),
      undeclared: UNDECLARED,
      values: fc.array(valuesOf(recipe, extent), { minLength: 4, maxLength: 4 }),
    }),
  );

/** class-validator looks through all classes there are, and through all validators. */
function forgetClasses(): void {
  Reflect.deleteProperty(globalThis, 'classValidatorMetadataStorage');
}

describe('a compiled check', () => {
  beforeAll(() => useContainer({ get: (validator: new () => object) => new validator() }));

  it('accepts nothing that class-validator refuses, and makes the instance that class-transformer makes', () => {
    let accepted = 0;
    const isAgreed = fc.property(cases('strange'), ({ recipe, undeclared, values }) => {
      forgetClasses();
      const declared = classOf(recipe);
      const check = compileClass(declared, undeclared);
      for (const value of values) {
        const instance = check?.(value);
        if (instance === undefined) continue;
        accepted += 1;
        expect(isSame(instance, asTheyDo(declared, value, undeclared))).toBe(true);
      }
    });

    fc.assert(isAgreed, RUNS);

    expect(accepted).toBeGreaterThan(RUNS.numRuns / 5);
  });

  it('accepts of JSON whatever class-validator accepts, for classes with the usual decorators', () => {
    let compiled = 0;
    const isAgreed = fc.property(cases('usual'), ({ recipe, undeclared, values }) => {
      forgetClasses();
      const declared = classOf(recipe);
      const check = compileClass(declared, undeclared);
      if (check === undefined) return;
      compiled += 1;
      for (const value of values) expect(isSame(check(value), asTheyDo(declared, value, undeclared))).toBe(true);
    });

    fc.assert(isAgreed, USUAL_RUNS);

    expect(compiled).toBeGreaterThan(USUAL_RUNS.numRuns / 2);
  });
});
