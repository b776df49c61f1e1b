import { ValidationFailedError } from '@trunkline/failures';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { useContainer } from 'class-validator';
import fc from 'fast-check';
import { compileInputValidator } from '../validation/compile-validator';
import { createClass, createClassRecipes, createValues } from '../validation/compiled/generated-class.fixture';
import type { JsonSchema } from './json-schema';
import { describeDeclaration } from './in-memory-schema-registry.fixture';
import { mapSubschemas } from './subschemas';

const RUNS = { numRuns: 150 };

const ajv = new Ajv2020({ strict: false });
addFormats(ajv);

function compileSchema(declared: new () => object) {
  const { schema, schemas } = describeDeclaration(declared);
  const definitions = Object.entries(schemas).map(([name, definition]) => [name, tolerant(definition)]);
  return ajv.compile({ ...schema, kept: Object.fromEntries(definitions) });
}

function isAccepted(check: ReturnType<typeof compileInputValidator>, value: unknown): boolean {
  try {
    check(value, []);
    return true;
  } catch (error) {
    if (error instanceof ValidationFailedError) return false;
    throw error;
  }
}

/**
 * Makes a schema also accept one value in place of a list, and a list in place of an object, as class-validator does: it applies rules
 * for each item to a single value, and validates lists of nested objects. The JSON Schema is stricter on purpose.
 */
function tolerant(schema: JsonSchema): JsonSchema {
  const inner = mapSubschemas(schema, undefined, tolerant);
  if (String(inner.type).includes('array')) return { anyOf: [inner, inner.items ?? {}] };
  return inner.$ref === undefined ? inner : { anyOf: [inner, { type: 'array' }] };
}

/** Omits members that are `undefined`, which JSON cannot express. */
function toJsonValue(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('the JSON Schema of a class', () => {
  beforeAll(() => useContainer({ get: (validator: new () => object) => new validator() }));

  it('accepts every JSON value that the class accepts', () => {
    const cases = createClassRecipes('usual', 1).chain((recipe) =>
      fc.record({
        recipe: fc.constant(recipe),
        values: fc.array(createValues(recipe, 'usual'), { minLength: 4, maxLength: 4 }),
      }),
    );
    let accepted = 0;
    const isAgreed = fc.property(cases, ({ recipe, values }) => {
      Reflect.deleteProperty(globalThis, 'classValidatorMetadataStorage');
      const declared = createClass(recipe);
      const check = compileInputValidator(declared);
      const fits = compileSchema(declared);
      for (const value of values.map(toJsonValue)) {
        if (!isAccepted(check, value)) continue;
        accepted += 1;
        expect([value, fits(value), fits.errors]).toEqual([value, true, null]);
      }
    });

    fc.assert(isAgreed, RUNS);

    expect(accepted).toBeGreaterThan(RUNS.numRuns / 5);
  });
});
