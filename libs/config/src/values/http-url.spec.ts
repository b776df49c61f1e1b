import { z } from 'zod';
import { httpUrl } from './http-url';

describe('the URL of an HTTP system', () => {
  it.each([
    'http://127.0.0.1:9101',
    'https://orders.example.com/v2',
    'https://example.com/users/@me',
    'http://[::1]:80/',
  ])('is accepted unchanged: %s', (text) => {
    expect(httpUrl().parse(text)).toBe(text);
  });

  it.each([
    'ftp://example.com',
    'example.com',
    'http://',
    'http://user:pass@example.com',
    'http://user@example.com',
    'http://example.com/?x=1',
    'http://example.com/#top',
    'http://exa mple.com',
    'http:\\\\example.com',
    'http://example.com/\u0000',
    'http://example.com:99999',
    ' http://example.com',
    5,
  ])('is not %j', (value) => {
    const messages = httpUrl()
      .safeParse(value)
      .error?.issues.map(({ message }) => message);

    expect(messages).toEqual(['expected an http:// or https:// URL without credentials, query or fragment']);
  });

  it('shows editors that it is a URI', () => {
    expect(z.toJSONSchema(httpUrl(), { io: 'input' })).toMatchObject({ type: 'string', format: 'uri', title: 'URL' });
  });
});
