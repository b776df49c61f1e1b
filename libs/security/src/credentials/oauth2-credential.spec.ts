import { generateKeyPairSync } from 'node:crypto';
import { oauth2Credential } from './oauth2-credential';

const PKCS8 = { type: 'pkcs8', format: 'pem' } as const;
const RSA_PEM = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(PKCS8).toString();
const EC_PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PKCS8).toString();
const client = { clientId: 'bus', clientSecret: 's3cr3t' };

describe('an OAuth 2 credential', () => {
  const validate = (credential: object) => {
    const { error } = oauth2Credential.safeParse({ type: 'oauth2', tokenUrl: 'https://id.test/token', ...credential });
    return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  };

  it.each<[string, object, string]>([
    ['no secret', { clientId: 'bus' }, 'clientSecret: expected `clientSecret`, which `clientAuth: basic` needs'],
    [
      'no refresh token',
      { ...client, grant: 'refresh_token' },
      'refreshToken: expected `refreshToken`, which `grant: refresh_token` needs',
    ],
    [
      'a secret that is not used',
      { ...client, clientAuth: 'private_key_jwt', privateKey: RSA_PEM },
      'clientSecret: expected no `clientSecret` with `grant: client_credentials` and `clientAuth: private_key_jwt`, which would not use it',
    ],
    [
      'another algorithm than its key',
      { clientAuth: 'private_key_jwt', clientId: 'bus', privateKey: EC_PEM, algorithm: 'RS256' },
      'algorithm: expected an algorithm of the private key: ES256',
    ],
    [
      'no type of grant',
      { ...client, grant: 'other', params: { account_id: 'A1' } },
      'params: expected `grant_type` among the parameters, such as { grant_type: account_credentials }',
    ],
    [
      'a parameter that has a key',
      { ...client, params: { scope: 'a' } },
      'params: expected `scopes` in place of the parameter scope',
    ],
    [
      'no issuer',
      { grant: 'jwt_bearer', privateKey: RSA_PEM },
      'clientId: expected `clientId` or `assertion.issuer`: the issuer of the JWT',
    ],
    ['a key id without a key', { ...client, keyId: 'k1' }, 'keyId: expected a `privateKey` beside `keyId`'],
  ])('with %s is rejected', (_what, credential, problem) => {
    expect(validate(credential)).toEqual([problem]);
  });

  it('is accepted with all that its grant needs', () => {
    expect(validate({ grant: 'jwt_bearer', clientAuth: 'post', ...client, privateKey: RSA_PEM })).toEqual([]);
  });
});
