import { isOriginPattern, matchesOrigin } from './cors-origin';

describe('an entry of cors.origins', () => {
  it.each([
    '*',
    'https://app.example.com',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'https://xn--bcher-kva.example',
    'https://*.example.com',
    'https://*.example.com:8443',
    'https://*.shop.example.com',
    'http://*.localhost:3000',
  ])('may be %s', (text) => {
    expect(isOriginPattern(text)).toBe(true);
  });

  it.each([
    '',
    'null',
    'app.example.com',
    '*.example.com',
    'ftp://example.com',
    'https://',
    'https://*',
    'https://*.',
    'https://*.com',
    'https://*.*.example.com',
    'https://a.*.example.com',
    'https://*example.com',
    'https://.example.com',
    'https://*.example.com.*',
    'https://*.10.0.0.1',
    'https://*.[::1]',
    'https://App.example.com',
    'https://*.Example.com',
    'https://bücher.example',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com:443',
    'https://*.example.com:443',
    'https://app.example.com:99999',
    'https://user@app.example.com',
    'https://app.example.com?a=1',
    ' https://app.example.com',
  ])('cannot be %j, which no browser sends', (text) => {
    expect(isOriginPattern(text)).toBe(false);
  });

  it.each([
    ['https://*.example.com', 'https://app.example.com', true],
    ['https://*.example.com', 'https://a.b.example.com', true],
    ['https://*.example.com', 'https://xn--bcher-kva.example.com', true],
    ['https://*.example.com', 'https://my_app.example.com', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'https://.example.com', false],
    ['https://*.example.com', 'https://a..example.com', false],
    ['https://*.example.com', 'http://app.example.com', false],
    ['https://*.example.com', 'https://app.example.com:8443', false],
    ['https://*.example.com', 'https://evilexample.com', false],
    ['https://*.example.com', 'https://app.example.com.evil.net', false],
    ['https://*.example.com', 'https://evil.net/.example.com', false],
    ['https://*.example.com', 'https://user@evil.example.com', false],
    ['https://*.example.com', 'null', false],
    ['https://*.example.com:8443', 'https://app.example.com:8443', true],
    ['https://app.example.com', 'https://app.example.com', true],
    ['https://app.example.com', 'https://x.app.example.com', false],
    ['*', 'https://anywhere.example', true],
  ])('%s matches %s: %s', (pattern, origin, matches) => {
    expect(matchesOrigin(pattern, origin)).toBe(matches);
  });
});
