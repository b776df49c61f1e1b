import { createCredentialHeader } from './credential-header';

describe('the header of a credential', () => {
  it('is the configured header of an API key', () => {
    expect(createCredentialHeader({ type: 'apiKey', header: 'X-Api-Key', key: 'k' })).toEqual(['x-api-key', 'k']);
  });

  it('is Authorization for a user name and password, in UTF-8', () => {
    const [name, value] = createCredentialHeader({ type: 'basic', username: 'bus', password: 'pä:ss' });

    expect(name).toBe('authorization');
    expect(Buffer.from(value.replace(/^Basic /, ''), 'base64').toString()).toBe('bus:pä:ss');
  });

  it('is Authorization for a token', () => {
    expect(createCredentialHeader({ type: 'bearer', token: 't' })).toEqual(['authorization', 'Bearer t']);
  });
});
