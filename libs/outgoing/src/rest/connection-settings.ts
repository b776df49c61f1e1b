import type { TlsSettings } from '@trunkline/config';
import type { ChaosSettings } from './fault-injection/chaos-section';
import { type Credential, createCredentialHeader, type Header, type OAuth2Credential } from '@trunkline/security';
import type { EmptyListRule } from './request/query-string';
import type { NumberRule } from './response/strict-json';
import type { OnStatus } from './adapter/on-status';
import { type PolicySettings, resolvePolicySettings } from '../policies/policy-settings';
import { type ProxySettings, parseProxySettings } from './transport/proxy-section';
import type { ConnectionConfig, ConnectionDefaults } from './section';

/** A connection with all that holds for it: its own configuration, and the defaults for what that leaves out. */
export interface ConnectionSettings {
  readonly name: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path of the url, without a slash at its end: what all paths begin with. */
  readonly basePath: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly totalMs: number;
  readonly maxResponseBytes: number;
  readonly maxHeaderBytes: number;
  readonly numbers: NumberRule;
  /** `undefined`: by the method. */
  readonly emptyList: EmptyListRule | undefined;
  readonly policies: PolicySettings;
  /** As many as the bulkhead lets through at once, and never fewer than there would be without one. */
  readonly maxSockets: number;
  /** 0: none is followed. */
  readonly maxRedirects: number;
  readonly isIdempotent: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly forwardHeaders: readonly string[];
  /** Name of the credential in the configuration. */
  readonly security: string | undefined;
  /** The header of a credential that never changes. */
  readonly credentials: Header | undefined;
  /** How to get access tokens. */
  readonly oauth2: OAuth2Credential | undefined;
  readonly tls: TlsSettings | undefined;
  readonly proxy: ProxySettings | undefined;
  readonly allowH2: boolean;
  readonly onStatus: OnStatus;
  /** How to find out whether the upstream is well. */
  readonly ping: ConnectionConfig['ping'];
  readonly chaos: ChaosSettings | undefined;
}

/** What a connection is made of. */
export interface ConnectionSources {
  readonly name: string;
  readonly config: ConnectionConfig;
  readonly defaults: ConnectionDefaults;
  /** Credentials by name. */
  readonly security: Readonly<Record<string, Credential>>;
}

/** Of a connection without a bulkhead. A token endpoint needs no more, either. */
export const DEFAULT_MAX_SOCKETS = 128;

/**
 * Works out what holds for a connection. Mappings are merged key by key, the connection's own winning.
 *
 * @throws {TypeError} when it names a credential that there is not
 */
export function resolveConnectionSettings({ name, config, defaults, security }: ConnectionSources): ConnectionSettings {
  const { origin, pathname } = new URL(config.url);
  const credentialName = config.security ?? defaults.security;
  const credential = credentialName === undefined ? undefined : findCredential(name, credentialName, security);
  return {
    name,
    origin,
    basePath: pathname.replace(/\/+$/, ''),
    ...resolveLimits(config, defaults),
    ...resolvePolicies(config, defaults),
    isIdempotent: config.idempotent ?? defaults.idempotent,
    headers: { ...defaults.headers, ...config.headers },
    forwardHeaders: config.forwardHeaders ?? defaults.forwardHeaders ?? [],
    security: credentialName,
    ...resolveCredentials(credential),
    tls: config.tls ?? defaults.tls,
    proxy: parseProxySettings(config.proxy ?? defaults.proxy),
    allowH2: config.allowH2 ?? defaults.allowH2 ?? false,
    onStatus: { ...defaults.onStatus, ...config.onStatus },
    ping: config.ping,
    chaos: config.chaos,
  };
}

function resolveCredentials(credential: Credential | undefined): Pick<ConnectionSettings, 'credentials' | 'oauth2'> {
  if (credential?.type === 'oauth2') return { credentials: undefined, oauth2: credential };
  return { credentials: credential && createCredentialHeader(credential), oauth2: undefined };
}

function findCredential(connection: string, name: string, security: ConnectionSources['security']): Credential {
  const credential = Object.hasOwn(security, name) ? security[name] : undefined;
  if (credential) return credential;
  throw new TypeError(`the outgoing connection ${connection} names the credential ${name}, which there is not`);
}

/** Limits and rules for what is sent and what is read. */
function resolvePolicies(config: ConnectionConfig, defaults: ConnectionDefaults) {
  const policies = resolvePolicySettings(config, defaults);
  return { policies, maxSockets: Math.max(DEFAULT_MAX_SOCKETS, policies.bulkhead?.concurrent ?? 0) };
}

function resolveLimits(config: ConnectionConfig, defaults: ConnectionDefaults) {
  const redirects = config.redirects ?? defaults.redirects;
  return {
    timeoutMs: config.timeout ?? defaults.timeout,
    connectTimeoutMs: config.connectTimeout ?? defaults.connectTimeout,
    totalMs: config.total ?? defaults.total,
    maxResponseBytes: config.maxResponse ?? defaults.maxResponse,
    maxHeaderBytes: config.maxHeader ?? defaults.maxHeader,
    numbers: config.numbers ?? defaults.numbers,
    maxRedirects: redirects === 'off' ? 0 : redirects.max,
    emptyList: config.emptyList ?? defaults.emptyList,
  };
}
