import { Translator, ValidationFailedError } from '..';

const translate = (violations: unknown) => {
  // As untyped JavaScript calls it.
  const failure: ValidationFailedError = Reflect.construct(ValidationFailedError, [violations]);
  return JSON.parse(new Translator().translate(failure, 'cid-1', 'problem').body);
};

describe('the violations of a ValidationFailedError', () => {
  it('accept a text about the whole input', () => {
    expect(translate('Not valid')).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      detail: '1 value is invalid',
      errors: [{ pointer: '#', field: '', detail: 'Not valid', rule: 'invalid' }],
    });
  });

  it('accept a list of texts', () => {
    const { detail, errors } = translate(['customer_id is required', 'sku is required']);

    expect(detail).toBe('2 values are invalid');
    expect(errors).toMatchObject([{ detail: 'customer_id is required' }, { detail: 'sku is required' }]);
  });

  it.each([
    [{ field: 'items[0].sku', detail: 'is unknown' }],
    [{ pointer: '#/items/0/sku', detail: 'is unknown' }],
    [{ pointer: '/items/0/sku', detail: 'is unknown' }],
    [{ path: ['items', 0, 'sku'], message: 'is unknown' }],
    [{ path: [{ key: 'items' }, { key: 0 }, { key: 'sku' }], message: 'is unknown' }],
  ])('accept %j', (violation) => {
    const expected = [{ pointer: '#/items/0/sku', field: 'items[0].sku', detail: 'is unknown', rule: 'invalid' }];

    expect(translate([violation]).errors).toEqual(expected);
    expect(translate(violation).errors).toEqual(expected);
  });

  it('accept the issues of a schema, with their codes as rules', () => {
    expect(translate([{ path: ['a/b'], message: 'Too big', code: 'too_big' }]).errors).toEqual([
      { pointer: '#/a~1b', field: 'a/b', detail: 'Too big', rule: 'too_big' },
    ]);
  });

  it.each([undefined, null, 5, [], [undefined], [7], {}, [{}], [{ pointer: '#/%' }], new Error('x'), Symbol('x')])(
    'are a 400 whatever JavaScript passes: %p',
    (given) => {
      expect(translate(given)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    },
  );

  it('are logged as a warning if a validator threw', () => {
    expect(new ValidationFailedError('x').severity).toBe('debug');
    expect(new ValidationFailedError('x', { cause: new TypeError('y') }).severity).toBe('warn');
  });
});
