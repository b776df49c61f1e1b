import { ValidationFailedError } from '@trunkline/failures';
import { z } from 'zod';
import { compileInputValidator } from './compile-validator';
import type { StandardSchema } from './standard-schema';
import { createSchemaValidator } from './standard-schema-validator';

const search = z.object({ q: z.string(), page: z.number().int().min(1).default(1), open: z.boolean().optional() });

describe('an input declared by a Standard Schema', () => {
  it('is the output of the schema', () => {
    expect(createSchemaValidator(search)({ q: 'x' }, [])).toEqual({ q: 'x', page: 1 });
  });

  it('reports every issue with its pointer', () => {
    const nested = z.object({ items: z.array(z.object({ sku: z.string() })), name: z.string() });

    const refuse = () => createSchemaValidator(nested)({ items: [{ sku: 'A' }, {}] }, []);

    expect(refuse).toThrow(
      expect.objectContaining({
        violations: [
          expect.objectContaining({ pointer: '#/items/1/sku' }),
          expect.objectContaining({ pointer: '#/name' }),
        ],
      }),
    );
  });

  it('reports each unknown member of a strict schema with its own pointer', () => {
    const strict = z.strictObject({ items: z.array(z.strictObject({ sku: z.string() })) });

    const refuse = () => createSchemaValidator(strict)({ items: [{ sku: 'A', toString: 1 }], extra: 1, more: 2 }, []);

    expect(refuse).toThrow(
      expect.objectContaining({
        violations: [
          expect.objectContaining({ pointer: '#/extra', detail: 'extra is not a known member' }),
          expect.objectContaining({ pointer: '#/items/0/toString' }),
          expect.objectContaining({ pointer: '#/more' }),
        ],
      }),
    );
  });

  it('coerces texts of path and query that the schema accepts as numbers or booleans', () => {
    expect(createSchemaValidator(search)({ q: '5', page: '2', open: 'false' }, ['q', 'page', 'open'])).toEqual({
      q: '5',
      page: 2,
      open: false,
    });
  });

  it('reports the message of the schema for a text that is no number', () => {
    expect(() => createSchemaValidator(search)({ q: 'x', page: 'two' }, ['page'])).toThrow(ValidationFailedError);
  });

  it('never coerces values of a body', () => {
    expect(() => createSchemaValidator(search)({ q: 'x', page: '2' }, [])).toThrow(ValidationFailedError);
  });

  it('waits for an asynchronous schema', async () => {
    const known = z.object({ id: z.string().refine(async (id) => id === 'A') });

    await expect(createSchemaValidator(known)({ id: 'A' }, [])).resolves.toEqual({ id: 'A' });
    await expect(createSchemaValidator(known)({ id: 'B' }, [])).rejects.toBeInstanceOf(ValidationFailedError);
  });
});

const listViolations = (schema: StandardSchema, texts: Record<string, unknown>) => {
  try {
    compileInputValidator(schema)(texts, Object.keys(texts));
  } catch (thrown) {
    if (thrown instanceof ValidationFailedError) return thrown.violations;
    throw thrown;
  }
  throw new Error('the value was accepted');
};

/** A schema that reports only the first issue, like those of sury. */
const failFast = (schema: StandardSchema): StandardSchema => ({
  '~standard': {
    ...schema['~standard'],
    validate: (value) => {
      const result = schema['~standard'].validate(value);
      return result instanceof Promise || result.issues === undefined ? result : { issues: result.issues.slice(0, 1) };
    },
  },
});

const lists = z.object({
  tags: z.array(z.string()).min(1).optional(),
  ids: z.array(z.number().min(1)).optional(),
  flags: z.array(z.boolean()).optional(),
  pair: z.tuple([z.string(), z.number()]).optional(),
  n: z.number().min(1).optional(),
  m: z.number().optional(),
  q: z.string().min(3).optional(),
  most: z.array(z.string()).min(2).optional(),
});

describe.each([
  ['all issues', lists],
  ['one issue at a time', failFast(lists)],
])('texts of path and query for a schema that reports %s', (_, schema) => {
  it.each([
    [{ tags: 'a' }, { tags: ['a'] }],
    [{ tags: '5' }, { tags: ['5'] }],
    [{ tags: ['a', '5'] }, { tags: ['a', '5'] }],
    [{ ids: '1' }, { ids: [1] }],
    [{ ids: ['1', '2'] }, { ids: [1, 2] }],
    [{ flags: ['true', 'false'] }, { flags: [true, false] }],
    [{ pair: ['5', '6'] }, { pair: ['5', 6] }],
    [
      { n: '5', m: '6', ids: '7', q: '123' },
      { n: 5, m: 6, ids: [7], q: '123' },
    ],
  ])('are coerced to the forms that the schema accepts: %j', (texts, expected) => {
    expect(compileInputValidator(schema)(texts, Object.keys(texts))).toEqual(expected);
  });

  it.each([
    [{ n: '0' }, '#/n', 'too_small'],
    [{ n: 'two' }, '#/n', 'invalid_type'],
    [{ q: '12' }, '#/q', 'too_small'],
    [{ ids: 'x' }, '#/ids/0', 'invalid_type'],
    [{ ids: '0' }, '#/ids/0', 'too_small'],
    [{ ids: ['1', 'x'] }, '#/ids/1', 'invalid_type'],
    [{ most: 'a' }, '#/most', 'too_small'],
    [{ n: '9007199254740993' }, '#/n', 'invalid_type'],
    [{ ids: ['1', '9007199254740993'] }, '#/ids/1', 'invalid_type'],
  ])('are rejected with the violation of the nearest form: %j', (texts, pointer, rule) => {
    expect(listViolations(schema, texts)).toMatchObject([{ pointer, rule }]);
  });
});

describe('a schema', () => {
  it.each([
    [
      { id: '7', more: 'a' },
      { id: 7, more: 'a' },
    ],
    [{ open: 'true' }, { open: true }],
    [
      { id: '7', more: '8' },
      { id: 7, more: '8' },
    ],
  ])('that rejects a value as a whole gets texts in other forms, too: %j', (texts, expected) => {
    const union = z.union([
      z.strictObject({ id: z.number(), more: z.string() }),
      z.strictObject({ open: z.boolean() }),
    ]);

    expect(compileInputValidator(union)(texts, Object.keys(texts))).toEqual(expected);
  });

  it('gets no text coerced that would lose digits', () => {
    const coerced = z.object({ id: z.coerce.number(), ids: z.array(z.coerce.number()).optional() });
    const renamed = coerced.transform(({ id }) => ({ deep: { identifier: id } }));

    expect(listViolations(coerced, { id: '9007199254740993' })).toMatchObject([
      { pointer: '#/id', rule: 'exactNumber' },
    ]);
    expect(listViolations(coerced, { id: '1', ids: ['2', ' 9007199254740993'] })).toMatchObject([{ pointer: '#/ids' }]);
    expect(listViolations(renamed, { id: '9007199254740993' })).toMatchObject([{ pointer: '#/id' }]);
    expect(compileInputValidator(coerced)({ id: '1e22' }, ['id'])).toEqual({ id: 1e22 });
  });

  it('may convert a text of many digits itself', () => {
    const measured = z.object({ id: z.string().transform((text) => text.length), big: z.coerce.bigint() });
    const texts = { id: '9007199254740993', big: '9007199254740993' };

    expect(compileInputValidator(measured)(texts, ['id', 'big'])).toEqual({ id: 16, big: 9_007_199_254_740_993n });
  });

  it('that throws rejects the value at the member it was validating', () => {
    const throws = z.object({
      a: z.string(),
      b: z.object({ c: z.array(z.string().transform((text) => new URL(text))) }),
    });
    const check = compileInputValidator(throws)({ a: 'a', b: { c: ['https://example.com', 'no address'] } }, []);

    return expect(check).rejects.toMatchObject({
      cause: { name: 'TypeError' },
      violations: [{ pointer: '#/b/c/1', detail: '1 cannot be validated' }],
    });
  });

  it('that fails for another reason than the value fails with its error', async () => {
    const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    const known: StandardSchema = {
      '~standard': { version: 1, vendor: 'x', validate: () => Promise.reject(outage) },
    };

    await expect(compileInputValidator(known)({ id: 'A' }, [])).rejects.toBe(outage);
  });

  it('may report paths of a subclass of Array', () => {
    class Path extends Array<PropertyKey> {}
    const schema: StandardSchema = {
      '~standard': { version: 1, vendor: 'x', validate: () => ({ issues: [{ message: 'no', path: new Path() }] }) },
    };

    // `map` returns a list with one item, as for the paths of arktype.
    Object.defineProperty(Path, Symbol.species, {
      value: class {
        0 = 0;
        length = 1;
      },
    });

    expect(listViolations(schema, { a: '1' })).toMatchObject([{ pointer: '#' }]);
  });
});
