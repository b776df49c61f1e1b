import { ValidationFailedError } from '@trunkline/failures';
import { createNamesInputValidator } from './member-names';

const violationsOf = (declared: string | readonly string[], value: unknown) => {
  try {
    createNamesInputValidator(declared)(value, []);
  } catch (thrown) {
    if (thrown instanceof ValidationFailedError) return thrown.violations;
    throw thrown;
  }
  throw new Error('the value was let through');
};

describe('an input declared by names', () => {
  it('lets strings of these names through as they are', () => {
    const value = { a: '1', b: '2' };

    expect(createNamesInputValidator(['a', '-b'])(value, [])).toBe(value);
  });

  it('does not ask for a name with a dash', () => {
    expect(createNamesInputValidator(['a', '-b'])({ a: '1' }, [])).toEqual({ a: '1' });
    expect(createNamesInputValidator(['a', '-b'])({ a: '1', b: undefined }, [])).toEqual({ a: '1' });
  });

  it('lists everything that is wrong at once, with pointers', () => {
    expect(violationsOf(['a', 'b', '-c'], { b: 5, d: 'x' })).toEqual([
      { pointer: '#/a', field: 'a', detail: 'a is required', rule: 'isNotEmpty' },
      { pointer: '#/b', field: 'b', detail: 'b must be a string', rule: 'isString' },
      { pointer: '#/d', field: 'd', detail: 'd is not known here', rule: 'whitelistValidation' },
    ]);
  });

  it('refuses an empty string where a value is required', () => {
    expect(violationsOf('a', { a: '' })).toMatchObject([{ pointer: '#/a', detail: 'a must not be empty' }]);
  });

  it.each([null, undefined, 5, 'text', ['a']])('refuses %p, which is not an object', (value) => {
    expect(violationsOf('a', value)).toMatchObject([{ pointer: '#', rule: 'isObject' }]);
  });

  it('does not take members of prototypes for values', () => {
    expect(violationsOf('toString', {})).toMatchObject([{ pointer: '#/toString' }]);
  });

  it.each([[['a', 'a']], [['a', '-a']], [['-']], ['']])('refuses the declaration %j', (declared) => {
    expect(() => createNamesInputValidator(declared)).toThrow(TypeError);
  });
});
