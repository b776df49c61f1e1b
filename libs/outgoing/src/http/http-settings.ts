import type { TlsSettings } from '@trunkline/config';
import { type Credential, createCredentialHeader, type Header, type OAuth2Credential } from '@trunkline/security';
import { policies as policySet, type PolicySettings } from '../policies';
import type { ChaosSettings } from './fault-injection/chaos-section';
import type { HttpConfig, HttpDefaults } from './http-section';
import type { BodyReader } from './response/http-response';
import { type ProxySettings, parseProxySettings } from '@trunkline/config';

/** The effective settings of a connection over HTTP: its configuration, and the defaults for what that leaves out. */
export interface HttpSettings {
  readonly name: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path of the url without a trailing slash, which all paths start with. */
  readonly basePath: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly totalMs: number;
  readonly maxResponseBytes: number;
  readonly maxHeaderBytes: number;
  readonly policies: PolicySettings;
  /** The number of concurrent attempts of the bulkhead, and never fewer than without a bulkhead. */
  readonly maxSockets: number;
  /** 0: redirects are not followed. */
  readonly maxRedirects: number;
  readonly isIdempotent: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly forwardHeaders: readonly string[];
  /** Name of the credential in the configuration. */
  readonly security: string | undefined;
  /** The header of a credential that never changes. */
  readonly credentials: Header | undefined;
  /** The credential that access tokens are requested with. */
  readonly oauth2: OAuth2Credential | undefined;
  readonly tls: TlsSettings | undefined;
  readonly proxy: ProxySettings | undefined;
  readonly allowH2: boolean;
  /** The request that checks whether the upstream is available. */
  readonly ping: HttpConfig['ping'];
  readonly chaos: ChaosSettings | undefined;
}

/** The sources of the settings of a connection. */
export interface ConnectionSources<Config, Defaults> {
  readonly name: string;
  readonly config: Config;
  readonly defaults: Defaults;
  /** Credentials by name. */
  readonly security: Readonly<Record<string, Credential>>;
}

/** Most sockets of a connection without a bulkhead, and of a token endpoint. */
export const DEFAULT_MAX_SOCKETS = 128;

/**
 * Resolves the settings of a connection. Mappings are merged key by key; keys of the connection take precedence.
 *
 * @throws {TypeError} when it names a credential that does not exist
 */
export function resolveHttpSettings({
  name,
  config,
  defaults,
  security,
}: ConnectionSources<HttpConfig, HttpDefaults>): HttpSettings {
  const { origin, pathname } = new URL(config.url);
  const credentialName = config.security ?? defaults.security;
  const credential = credentialName === undefined ? undefined : findCredential(name, credentialName, security);
  return {
    name,
    origin,
    basePath: pathname.replace(/\/+$/, ''),
    ...resolveLimits(config, defaults),
    ...resolvePolicies(config, defaults),
    headers: { ...defaults.headers, ...config.headers },
    forwardHeaders: config.forwardHeaders ?? defaults.forwardHeaders ?? [],
    security: credentialName,
    ...resolveCredentials(credential),
    tls: config.tls ?? defaults.tls,
    proxy: parseProxySettings(config.proxy ?? defaults.proxy),
    allowH2: config.allowH2 ?? defaults.allowH2 ?? false,
    ping: config.ping,
    chaos: config.chaos,
  };
}

function resolveCredentials(credential: Credential | undefined): Pick<HttpSettings, 'credentials' | 'oauth2'> {
  if (credential?.type === 'oauth2') return { credentials: undefined, oauth2: credential };
  return { credentials: credential && createCredentialHeader(credential), oauth2: undefined };
}

function findCredential(connection: string, name: string, security: Readonly<Record<string, Credential>>): Credential {
  const credential = Object.hasOwn(security, name) ? security[name] : undefined;
  if (credential) return credential;
  throw new TypeError(`the outgoing connection ${connection} names the credential ${name}, which does not exist`);
}

/** Limits and rules for what is sent and what is read. */
function resolvePolicies(config: HttpConfig, defaults: HttpDefaults) {
  const policies = policySet.resolve(config, defaults);
  const { totalMs, isIdempotent } = policies;
  return {
    policies,
    totalMs,
    isIdempotent,
    maxSockets: Math.max(DEFAULT_MAX_SOCKETS, policies.bulkhead?.concurrent ?? 0),
  };
}

function resolveLimits(config: HttpConfig, defaults: HttpDefaults) {
  const redirects = config.redirects ?? defaults.redirects;
  return {
    timeoutMs: config.timeout ?? defaults.timeout,
    connectTimeoutMs: config.connectTimeout ?? defaults.connectTimeout,
    maxResponseBytes: config.maxResponse ?? defaults.maxResponse,
    maxHeaderBytes: config.maxHeader ?? defaults.maxHeader,
    maxRedirects: redirects === 'off' ? 0 : redirects.max,
  };
}

/** What a transport needs: the settings, and the kind's reader of bodies. */
export type TransportSettings = HttpSettings & { readonly readBody: BodyReader };
