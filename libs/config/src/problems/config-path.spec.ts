import { formatPath } from './config-path';

describe('a path', () => {
  it('is written with dots, and with indexes in brackets', () => {
    expect(formatPath(['channels', 'rest', 'customer.get', 'security', 0])).toBe(
      'channels.rest.customer.get.security[0]',
    );
  });

  it('quotes ambiguous keys', () => {
    expect(formatPath(['outgoing', 'rest', 'External API', 'url'])).toBe('outgoing.rest["External API"].url');
    expect(formatPath(['a\nb'])).toBe('["a\\nb"]');
  });

  it('is empty for the whole configuration', () => {
    expect(formatPath([])).toBe('');
  });
});
