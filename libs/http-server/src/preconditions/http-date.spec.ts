import { parseHttpDate } from './http-date';

describe('an HTTP date', () => {
  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'is parsed in the formats of RFC 9110: %s',
    (text) => {
      expect(parseHttpDate(text)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
    },
  );

  it.each([
    '',
    '1994-11-06T08:49:37Z',
    '784111777',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 66 Nov 1994 08:49:37 GMT',
  ])('is no other text: %s', (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});
