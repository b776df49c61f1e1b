import { securitySection } from './security-section';

describe('the security section', () => {
  it.each([
    { type: 'apiKey', header: 'X-Api-Key', key: 'k' },
    { type: 'basic', username: 'bus', password: 'p:ä' },
    { type: 'bearer', token: 't' },
    { type: 'oauth2', tokenUrl: 'https://id.test/token', clientId: 'bus', clientSecret: 's', scopes: ['a:b'] },
  ])('accepts %j as a credential', (entry) => {
    expect(securitySection.schema.parse({ own: entry })).toEqual({ definitions: {}, credentials: { own: entry } });
  });

  it.each([
    { type: 'apiKey', header: 'X-Api-Key', callers: [{ name: 'acme', key: 'acme-key-1', scopes: [] }] },
    { type: 'basic', callers: [{ name: 'acme', username: 'a', password: 'p:ä', scopes: [] }] },
    { type: 'bearer', callers: [{ name: 'acme', token: 'acme-token-1', scopes: ['a:b'] }] },
    { type: 'mtls', callers: [{ name: 'acme', subject: { CN: 'acme' }, scopes: [] }] },
  ])('accepts %j as a definition', (entry) => {
    expect(securitySection.schema.parse({ keys: entry })).toEqual({ definitions: { keys: entry }, credentials: {} });
  });

  it.each([
    { type: 'apiKey', header: 'Host', key: 'k' },
    { type: 'apiKey', header: 'X-Api-Key', key: 'k\r\nX-Evil: 1' },
    { type: 'basic', username: 'a:b', password: 'p' },
    { type: 'basic', username: 'a', callers: [{ name: 'acme', username: 'a', password: 'p' }] },
    { type: 'bearer', token: '' },
    { type: 'bearer', token: ' t' },
    { type: 'bearer' },
    { type: 'magic' },
    { type: 'oauth2', tokenUrl: 'https://id.test/token', clientId: 'bus' },
    { type: 'oauth2', tokenUrl: 'https://id.test/token', clientId: 'bus', clientSecret: 's', scopes: ['a b'] },
  ])('rejects %j', (entry) => {
    expect(securitySection.schema.safeParse({ own: entry }).success).toBe(false);
  });
});
