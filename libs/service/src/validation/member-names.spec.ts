import { ValidationFailedError } from '@trunkline/failures';
import { createNamesInputValidator } from './member-names';

const listViolations = (declared: string | readonly string[], value: unknown) => {
  try {
    createNamesInputValidator(declared)(value, []);
  } catch (thrown) {
    if (thrown instanceof ValidationFailedError) return thrown.violations;
    throw thrown;
  }
  throw new Error('the value was accepted');
};

describe('an input declared by names', () => {
  it('accepts strings of these names unchanged', () => {
    const value = { a: '1', b: '2' };

    expect(createNamesInputValidator(['a', '-b'])(value, [])).toBe(value);
  });

  it('does not require a name with a dash', () => {
    expect(createNamesInputValidator(['a', '-b'])({ a: '1' }, [])).toEqual({ a: '1' });
    expect(createNamesInputValidator(['a', '-b'])({ a: '1', b: undefined }, [])).toEqual({ a: '1' });
  });

  it('reports every violation at once, with pointers', () => {
    expect(listViolations(['a', 'b', '-c'], { b: 5, d: 'x' })).toEqual([
      { pointer: '#/a', field: 'a', detail: 'a is required', rule: 'isNotEmpty' },
      { pointer: '#/b', field: 'b', detail: 'b must be a string', rule: 'isString' },
      { pointer: '#/d', field: 'd', detail: 'd is not a known member', rule: 'whitelistValidation' },
    ]);
  });

  it('rejects an empty string for a required name', () => {
    expect(listViolations('a', { a: '' })).toMatchObject([{ pointer: '#/a', detail: 'a must not be empty' }]);
  });

  it.each([null, undefined, 5, 'text', ['a']])('rejects %p, which is not an object', (value) => {
    expect(listViolations('a', value)).toMatchObject([{ pointer: '#', rule: 'isObject' }]);
  });

  it('ignores members of prototypes', () => {
    expect(listViolations('toString', {})).toMatchObject([{ pointer: '#/toString' }]);
  });

  it.each([[['a', 'a']], [['a', '-a']], [['-']], ['']])('rejects the declaration %j', (declared) => {
    expect(() => createNamesInputValidator(declared)).toThrow(TypeError);
  });
});
