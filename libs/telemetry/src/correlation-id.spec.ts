import * as fc from 'fast-check';
import { isCorrelationId, createCorrelationId } from './correlation-id';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const decodeTime = (id: string) =>
  id
    .slice(0, 10)
    .split('')
    .reduce((ms, digit) => ms * 32 + DIGITS.indexOf(digit), 0);

describe('a new correlation id', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it("is 26 characters of Crockford's base 32", () => {
    for (let count = 0; count < 10_000; count++) expect(createCorrelationId()).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });

  it('is unique', () => {
    const ids = Array.from({ length: 100_000 }, createCorrelationId);

    expect(new Set(ids).size).toBe(100_000);
  });

  it('begins with the time', () => {
    jest.useFakeTimers({ now: 1_469_918_176_385 });

    expect(createCorrelationId().slice(0, 10)).toBe('01ARYZ6S41');
  });

  it('is ordered by time when sorted as text', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 47), fc.nat(2 ** 47), (a, b) => {
        jest.useFakeTimers({ now: a });
        const idOfA = createCorrelationId();
        jest.setSystemTime(b);
        const idOfB = createCorrelationId();

        expect([decodeTime(idOfA), decodeTime(idOfB)]).toEqual([a, b]);
        if (a !== b) expect(idOfA < idOfB).toBe(a < b);
      }),
    );
  });

  it('has random digits in all other places', () => {
    const rests = Array.from({ length: 2_000 }, () => createCorrelationId().slice(10));

    for (let place = 0; place < 16; place++) expect(new Set(rests.map((rest) => rest[place])).size).toBe(32);
  });

  it('is valid as the id of a client, too', () => {
    expect(isCorrelationId(createCorrelationId())).toBe(true);
  });
});

describe("a client's correlation id", () => {
  it.each(['a', 'A-b_c.9', '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x'.repeat(128)])('may be %j', (text) => {
    expect(isCorrelationId(text)).toBe(true);
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a\n', 'a\r\nset-cookie: b', 'a,b', 'é', 'a/b', '{}', 'x'.repeat(1_000_000)])(
    'may not be %j',
    (text) => {
      expect(isCorrelationId(text)).toBe(false);
    },
  );
});
