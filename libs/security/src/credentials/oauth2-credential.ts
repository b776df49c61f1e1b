import { certificates, duration, httpUrl, privateKey, proxySection, secret, tlsSettings } from '@trunkline/config';
import { z } from 'zod';
import { scope } from '../definitions/scope';
import { listSigningAlgorithms, SIGNING_ALGORITHMS } from './signed-jwt';

const GRANTS = ['client_credentials', 'refresh_token', 'password', 'jwt_bearer', 'github_app', 'other'] as const;
const CLIENT_AUTHS = ['basic', 'post', 'private_key_jwt', 'none'] as const;

const assertion = z
  .strictObject({
    issuer: z.string().min(1).optional().describe('Claim `iss`; default `clientId`'),
    subject: z.string().min(1).optional().describe('Claim `sub`: the user to act for, if any'),
    audience: z.string().min(1).optional().describe('Claim `aud`; default `tokenUrl`'),
    lifetime: duration({ min: '10s', max: '1h' }).optional().describe('Time until it expires; default 1m'),
    claims: z.record(z.string().min(1), z.unknown()).optional().describe('Further claims'),
  })
  .describe('The JWT that the bus signs with `privateKey`, for `private_key_jwt`, `jwt_bearer` and `github_app`');

const time = () => duration({ min: '1ms' });

/** Access tokens that the bus requests from a token endpoint. */
export const oauth2Credential = z
  .strictObject({
    type: z.literal('oauth2'),
    tokenUrl: httpUrl({ allowQuery: true }).describe('URL of the token endpoint'),
    grant: z
      .enum(GRANTS)
      .optional()
      .describe(
        'How tokens are requested; default `client_credentials`. `jwt_bearer` sends a signed JWT (RFC 7523 §2.1), `github_app` requests the token of an installation, `other` sends `params` with their `grant_type`',
      ),
    clientAuth: z
      .enum(CLIENT_AUTHS)
      .optional()
      .describe(
        'How the client authenticates: with its secret in `Authorization` (`basic`) or in the body (`post`), or with a signed JWT (RFC 7523 §2.2); default `basic` with a `clientSecret`, otherwise `none`',
      ),
    clientId: z.string().min(1).optional().describe('Client id of the bus at the token endpoint'),
    clientSecret: secret().optional().describe('Client secret'),
    refreshToken: secret().optional().describe('Refresh token, for `refresh_token`'),
    username: z.string().min(1).optional().describe('User name, for `password`'),
    password: secret().optional().describe('Password, for `password`'),
    privateKey: privateKey().optional().describe('Key (PEM) that JWTs are signed with'),
    algorithm: z
      .enum(SIGNING_ALGORITHMS)
      .optional()
      .describe('Algorithm of signed JWTs; default RS256, ES256, ES384, ES512 or EdDSA, as the key requires'),
    keyId: z.string().min(1).optional().describe('Header `kid` of signed JWTs'),
    certificate: certificates()
      .optional()
      .describe('Certificate (PEM) of the key, for the headers `x5t` and `x5t#S256`'),
    assertion: assertion.optional(),
    scopes: z.array(scope).min(1).optional().describe('Scopes to request'),
    audience: z.string().min(1).optional().describe('Audience to request, if the server requires it'),
    params: z.record(z.string().min(1), secret()).optional().describe('Further parameters of token requests'),
    timeout: time().optional().describe('Time limit of a token request; default that of the connection'),
    connectTimeout: time().optional().describe('Time limit to connect; default that of the connection'),
    proxy: proxySection.optional().describe('Proxy of the token endpoint; default that of the connection'),
    tls: tlsSettings
      .optional()
      .describe('TLS of the token endpoint; the TLS settings of the connection do not apply to it'),
  })
  .superRefine((credential, context) => {
    for (const [key, message] of findMistakes(credential)) context.addIssue({ code: 'custom', path: [key], message });
  })
  .describe('Access tokens, fetched when needed (RFC 6749)');

/** A credential that the bus exchanges for access tokens. */
export type OAuth2Credential = z.output<typeof oauth2Credential>;

type Key = keyof OAuth2Credential;
/** How a token is requested. */
export type OAuth2Grant = (typeof GRANTS)[number];
/** How a client authenticates at a token endpoint. */
export type ClientAuth = (typeof CLIENT_AUTHS)[number];

/** The grant of a credential. */
export function getGrant({ grant = 'client_credentials' }: OAuth2Credential): OAuth2Grant {
  return grant;
}

/** How the client of a credential authenticates. GitHub has no clients: its apps sign a JWT. */
export function getClientAuth(credential: Omit<OAuth2Credential, 'type'>): ClientAuth {
  const { grant, clientAuth, clientSecret } = credential;
  if (clientAuth !== undefined) return clientAuth;
  if (grant === undefined || grant === 'client_credentials') return 'basic';
  return clientSecret === undefined ? 'none' : 'basic';
}

const KEYS_BY_GRANT: Readonly<Record<OAuth2Grant, readonly Key[]>> = {
  client_credentials: [],
  refresh_token: ['refreshToken'],
  password: ['username', 'password'],
  jwt_bearer: ['privateKey'],
  github_app: ['privateKey'],
  other: ['params'],
};

const KEYS_BY_CLIENT_AUTH: Readonly<Record<ClientAuth, readonly Key[]>> = {
  basic: ['clientId', 'clientSecret'],
  post: ['clientId', 'clientSecret'],
  private_key_jwt: ['clientId', 'privateKey'],
  none: [],
};

/** Keys that make sense only where a grant or a client authentication needs them. */
const OPTIONAL_KEYS: readonly Key[] = ['clientSecret', 'refreshToken', 'username', 'password', 'privateKey'];
/** Keys that need a private key. */
const SIGNING_KEYS: readonly Key[] = ['algorithm', 'keyId', 'certificate', 'assertion'];

/** Parameters of token requests that have keys of their own. */
const KEYS_BY_PARAMETER: Readonly<Record<string, Key>> = {
  grant_type: 'grant',
  client_id: 'clientId',
  client_secret: 'clientSecret',
  client_assertion: 'privateKey',
  client_assertion_type: 'clientAuth',
  refresh_token: 'refreshToken',
  scope: 'scopes',
  audience: 'audience',
};

type Mistake = readonly [key: Key, message: string];

function findMistakes(credential: OAuth2Credential): Mistake[] {
  const grant = getGrant(credential);
  const auth = getClientAuth(credential);
  const needs = new Map<Key, string>([
    ...KEYS_BY_CLIENT_AUTH[auth].map((key) => [key, `clientAuth: ${auth}`] as const),
    ...KEYS_BY_GRANT[grant].map((key) => [key, `grant: ${grant}`] as const),
  ]);
  const missing = [...needs].filter(([key]) => credential[key] === undefined);
  const unneeded = OPTIONAL_KEYS.filter((key) => credential[key] !== undefined && !needs.has(key));
  return [
    ...missing.map(([key, reason]): Mistake => [key, `expected \`${key}\`, which \`${reason}\` needs`]),
    ...unneeded.map((key): Mistake => [
      key,
      `expected no \`${key}\` with \`grant: ${grant}\` and \`clientAuth: ${auth}\`, which would not use it`,
    ]),
    ...findKeyMistakes(credential),
    ...findParameterMistakes(credential, grant),
    ...findIssuerMistakes(credential, grant),
  ];
}

function findKeyMistakes(credential: OAuth2Credential): Mistake[] {
  const { privateKey: pem, algorithm } = credential;
  if (pem === undefined)
    return SIGNING_KEYS.filter((key) => credential[key] !== undefined).map((key) => [
      key,
      `expected a \`privateKey\` beside \`${key}\``,
    ]);
  const usable = listSigningAlgorithms(pem);
  if (usable.length === 0)
    return [['privateKey', 'expected a key of RSA, of ECDSA on P-256, P-384 or P-521, or of Ed25519']];
  return algorithm === undefined || usable.includes(algorithm)
    ? []
    : [['algorithm', `expected an algorithm of the private key: ${usable.join(', ')}`]];
}

function findParameterMistakes({ params = {} }: OAuth2Credential, grant: OAuth2Grant): Mistake[] {
  if (grant === 'other' && params['grant_type'] === undefined)
    return [['params', 'expected `grant_type` among the parameters, such as { grant_type: account_credentials }']];
  if (grant === 'github_app' && Object.keys(params).length > 0)
    return [['params', 'expected no parameters with `grant: github_app`, whose request has no body']];
  // Another grant may be a new one of the kinds above, such as an exchange of a refresh token.
  const free = grant === 'other' ? ['grant_type', 'refresh_token'] : [];
  return Object.keys(params)
    .filter((name) => Object.hasOwn(KEYS_BY_PARAMETER, name) && !free.includes(name))
    .map((name) => ['params', `expected \`${KEYS_BY_PARAMETER[name]}\` in place of the parameter ${name}`]);
}

function findIssuerMistakes({ clientId, assertion: claims }: OAuth2Credential, grant: OAuth2Grant): Mistake[] {
  if (grant !== 'jwt_bearer' && grant !== 'github_app') return [];
  return clientId === undefined && claims?.issuer === undefined
    ? [['clientId', 'expected `clientId` or `assertion.issuer`: the issuer of the JWT']]
    : [];
}
