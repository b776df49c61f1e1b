import { randomUUID } from 'node:crypto';
import {
  type ClientAuth,
  getClientAuth,
  getGrant,
  type OAuth2Credential,
  type OAuth2Grant,
  signJwt,
} from '@trunkline/security';
import type { OutgoingRequest } from '../request/outgoing-call';

/** RFC 7523 §2.1 and §2.2 */
const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Long enough for a slow token endpoint, and below the limits of all known ones: that of Salesforce is three minutes. */
const DEFAULT_LIFETIME_MS = 60_000;
/** A JWT from the future is rejected: the clock of the server may be behind. */
const TOLERATED_SKEW_SECONDS = 30;

/** What changes from one token request to the next. */
export interface TokenRequestState {
  readonly nowMs: number;
  /** The refresh token in force. */
  readonly refreshToken: string | undefined;
}

/** Creates a token request: RFC 6749 §4.3.2, §4.4.2 and §6, RFC 7523 §2, or that of a GitHub App. */
export function createTokenRequest(credential: OAuth2Credential, state: TokenRequestState): OutgoingRequest {
  const { pathname, search } = new URL(credential.tokenUrl);
  const path = pathname + search;
  const headers = ['accept', 'application/json', 'accept-encoding', 'gzip', 'user-agent', 'trunkline'];
  if (getGrant(credential) === 'github_app') {
    headers.push('authorization', `Bearer ${signAssertion(credential, state, {})}`);
    return { method: 'POST', path, headers, body: undefined };
  }
  headers.push('content-type', 'application/x-www-form-urlencoded');
  const { clientId = '', clientSecret = '' } = credential;
  if (getClientAuth(credential) === 'basic') {
    // Form-encoded before they are joined: RFC 6749 §2.3.1.
    const login = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64');
    headers.push('authorization', `Basic ${login}`);
  }
  return { method: 'POST', path, headers, body: createForm(credential, state).toString() };
}

function createForm(credential: OAuth2Credential, state: TokenRequestState): URLSearchParams {
  const { scopes, audience, params } = credential;
  const parameters = {
    ...GRANT_PARAMETERS[getGrant(credential)](credential, state),
    ...CLIENT_PARAMETERS[getClientAuth(credential)](credential, state),
    scope: scopes?.join(' '),
    audience,
    ...params,
  };
  const present = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(present);
}

type Parameters = Readonly<Record<string, string | undefined>>;
type CreateParameters = (credential: OAuth2Credential, state: TokenRequestState) => Parameters;

const GRANT_PARAMETERS: Readonly<Record<OAuth2Grant, CreateParameters>> = {
  client_credentials: () => ({ grant_type: 'client_credentials' }),
  refresh_token: (_credential, { refreshToken }) => ({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  password: ({ username, password }) => ({ grant_type: 'password', username, password }),
  jwt_bearer: (credential, state) => ({
    grant_type: JWT_BEARER_GRANT,
    assertion: signAssertion(credential, state, { sub: credential.assertion?.subject }),
  }),
  // Its request has no form.
  github_app: () => ({}),
  // Its parameters are configured.
  other: () => ({}),
};

const CLIENT_PARAMETERS: Readonly<Record<ClientAuth, CreateParameters>> = {
  basic: () => ({}),
  post: ({ clientId, clientSecret }) => ({ client_id: clientId, client_secret: clientSecret }),
  private_key_jwt: (credential, state) => ({
    client_id: credential.clientId,
    client_assertion_type: CLIENT_ASSERTION_TYPE,
    client_assertion: signAssertion(credential, state, { sub: credential.clientId }),
  }),
  // The id of a client without secret identifies it (RFC 6749 §3.2.1); that of a signed grant is its issuer.
  none: (credential) => ({ client_id: getGrant(credential) === 'jwt_bearer' ? undefined : credential.clientId }),
};

/** Signs a JWT with the claims of RFC 7523 §3. Its `jti` is new, since servers reject one that they have seen. */
function signAssertion(credential: OAuth2Credential, { nowMs }: TokenRequestState, claims: Parameters): string {
  const { clientId, tokenUrl, privateKey = '', algorithm, keyId, certificate, assertion = {} } = credential;
  const nowSeconds = Math.floor(nowMs / 1_000);
  const signed = {
    iss: assertion.issuer ?? clientId,
    aud: assertion.audience ?? tokenUrl,
    ...claims,
    iat: nowSeconds - TOLERATED_SKEW_SECONDS,
    exp: nowSeconds + Math.floor((assertion.lifetime ?? DEFAULT_LIFETIME_MS) / 1_000),
    jti: randomUUID(),
    ...assertion.claims,
  };
  return signJwt(signed, { privateKey, algorithm, keyId, certificate });
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
