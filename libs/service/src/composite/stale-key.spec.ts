import { createStaleKey } from './stale-key';

const anonymous = { caller: undefined, headers: [] };
const ann = { name: 'ann', scopes: ['a', 'b'], definition: 'staff' };
const createKey = (input: unknown) => createStaleKey('part', input, anonymous);
const keyFor = (caller: object, headers: readonly [string, unknown][] = []) =>
  createStaleKey('part', {}, { caller: { ...ann, ...caller }, headers });

class Query {
  constructor(readonly id?: number) {}
}

describe('the key of a stale value', () => {
  it('does not depend on the order of members, nor on whether a member is undefined or absent', () => {
    expect(createKey({ a: 1, b: { c: 2, d: [3] } })).toBe(createKey({ b: { d: [3], c: 2 }, e: undefined, a: 1 }));
  });

  it.each([
    [{ id: 1 }, { id: '1' }],
    [{ id: null }, {}],
    [{ id: Number.NaN }, { id: null }],
    [[1, 2], ['1,2']],
    [{ at: new Date(1) }, { at: new Date(2) }],
    [{ n: 1n }, { n: 1 }],
    [new Query(1), new Query(2)],
    [{ a: { toJSON: () => 'x' } }, { a: { toJSON: () => 'y' } }],
  ])('tells %j from %j', (one, other) => {
    expect(createKey(one)).toEqual(expect.any(String));
    expect(createKey(one)).not.toBe(createKey(other));
  });

  it.each([[new Map([[1, 2]])], [new Set([1])], [new Uint8Array(1)], [() => 1], [Symbol('x')], [new Query()]])(
    'does not exist for an input that holds %p, which does not show what it holds',
    (member) => {
      expect(createKey({ member })).toBeUndefined();
    },
  );

  it('differs between services, wherever the name ends and the input begins', () => {
    expect(createStaleKey('a', {}, anonymous)).not.toBe(createStaleKey('b', {}, anonymous));
    expect(createStaleKey('a', 'b', anonymous)).not.toBe(createStaleKey('a"b', '', anonymous));
  });

  it.each([[{ name: 'bob' }], [{ definition: 'partners' }], [{ scopes: ['a'] }], [{ claims: { tenant: 'x' } }]])(
    'tells a caller from one with %j',
    (different) => {
      expect(keyFor(different)).not.toBe(keyFor({}));
    },
  );

  it('stays the same when the caller gets a new token', () => {
    const token = (iat: number) => ({ claims: { sub: 'ann', iat, exp: iat + 60, jti: `t${iat}` } });

    expect(keyFor(token(1))).toBe(keyFor(token(2)));
  });

  it('differs by the values of forwarded headers, and between an absent and an empty one', () => {
    const keys = ['a', 'b', '', undefined].map((value) => keyFor({}, [['x-tenant', value]]));

    expect(new Set(keys).size).toBe(4);
  });

  it('uses the staleKey of a branch in place of caller and headers, and no caller can imitate one', () => {
    expect(createStaleKey('part', {}, 'all')).toBe(createStaleKey('part', {}, 'all'));
    expect(createStaleKey('part', {}, 'all')).not.toBe(createStaleKey('part', {}, 'none'));
    expect(createStaleKey('part', {}, '[[]]')).not.toBe(createKey({}));
  });
});
