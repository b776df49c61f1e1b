import { inspect } from 'node:util';
import { createJsonResponse, createResponse } from '@trunkline/testing';
import { catchRejection } from '../../test-bus.fixture';
import { findAuthorization, TokenRehearsal } from './token-rehearsal.fixture';

const client = { clientId: 'bus', clientSecret: 's3cr3t' };

let tokens: TokenRehearsal;
afterEach(() => tokens.close());

describe('a token response', () => {
  const form = (text: string, type = 'application/x-www-form-urlencoded') =>
    createResponse(200, text, { 'content-type': type });

  it.each<[string, Buffer]>([
    ['with a lifetime as text', createJsonResponse({ access_token: 'T1', token_type: 'bearer', expires_in: '3599' })],
    ['without a lifetime', createJsonResponse({ access_token: 'T1', token_type: 'BEARER', expires_in: null })],
    [
      'with an unreadable lifetime',
      createJsonResponse({ access_token: 'T1', token_type: 'Bearer', expires_in: 'soon' }),
    ],
    ['of Apigee', createJsonResponse({ token_type: 'BearerToken', access_token: 'T1', expires_in: '1799' })],
    ['of JSON with another media type', createResponse(200, '{"access_token":"T1"}', { 'content-type': 'text/html' })],
    ['that is a form', form('access_token=T1&scope=repo%2Cgist&token_type=bearer')],
    ['that is a form as text', form('access_token=T1&expires=5183999', 'text/plain')],
  ])('%s is accepted', async (_what, response) => {
    tokens = await TokenRehearsal.start({ credential: client, responses: [response] });

    await expect(tokens.call()).resolves.toBe(200);
    await expect(tokens.call()).resolves.toBe(200);
    expect(findAuthorization(tokens.upstream.requests[0])).toBe('Bearer T1');
    expect(tokens.server.requests).toHaveLength(1);
  });

  it.each<[string, Buffer, string, string]>([
    [
      'an error with 200, as GitHub sends it',
      form('error=bad_verification_code&error_description=The+code+is+incorrect.'),
      'UPSTREAM_AUTH_FAILED',
      'bad_verification_code (The code is incorrect.)',
    ],
    [
      'an error of Entra ID',
      createJsonResponse(
        { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid secret.\r\nTrace' },
        401,
      ),
      'UPSTREAM_AUTH_FAILED',
      'invalid_client (AADSTS7000215: Invalid secret. Trace)',
    ],
    [
      'an error of GitHub',
      createJsonResponse({ message: 'A JSON web token could not be decoded', status: '401' }, 401),
      'UPSTREAM_AUTH_FAILED',
      '(A JSON web token could not be decoded)',
    ],
    [
      'an outage that is a 400',
      createJsonResponse({ error: 'temporarily_unavailable' }, 400),
      'UPSTREAM_UNAVAILABLE',
      'temporarily_unavailable',
    ],
    ['no token', createJsonResponse({ ok: true }), 'UPSTREAM_INVALID_RESPONSE', 'the response has no access_token'],
    [
      'another type of token',
      createJsonResponse({ access_token: 'T1', token_type: 'mac' }),
      'UPSTREAM_INVALID_RESPONSE',
      'the response has an unusable token_type',
    ],
  ])('that is %s fails with its reason', async (_what, response, code, reason) => {
    tokens = await TokenRehearsal.start({ credential: client, responses: [response] });

    const failure = await catchRejection(tokens.call());

    expect(failure).toMatchObject({ code });
    expect(String(failure)).toContain(reason);
    expect(tokens.upstream.requests).toHaveLength(0);
  });

  it('that quotes the secret is not quoted', async () => {
    const response = createJsonResponse({ error: 'invalid_client', error_description: 'wrong: s3cr3t' }, 401);
    tokens = await TokenRehearsal.start({ credential: client, responses: [response] });

    const failure = await catchRejection(tokens.call());

    expect(failure).toMatchObject({ message: 'no access token for CRM' });
    expect(inspect(failure, { depth: 10 })).not.toContain('s3cr3t');
  });
});
