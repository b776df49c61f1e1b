import { type Credential, credentialHeader } from './credential';
import type { Header } from '../request/header-rules';
import type { OnStatus } from './on-status';
import type { ConnectionConfig, ConnectionDefaults } from './section';

/** How often, and after which waits, a call is tried again. */
export interface RetrySettings {
  /** In all, the first one included. */
  readonly attempts: number;
  readonly initialMs: number;
  readonly maxMs: number;
}

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
  readonly retry: RetrySettings | undefined;
  /** 0: none is followed. */
  readonly maxRedirects: number;
  readonly isIdempotent: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly forwardHeaders: readonly string[];
  /** Name of the credential in the configuration. */
  readonly security: string | undefined;
  readonly credentials: Header | undefined;
  readonly ca: string | undefined;
  readonly onStatus: OnStatus;
}

/** What a connection is made of. */
export interface ConnectionSources {
  readonly name: string;
  readonly config: ConnectionConfig;
  readonly defaults: ConnectionDefaults;
  /** Credentials by name. */
  readonly security: Readonly<Record<string, Credential>>;
}

/**
 * Works out what holds for a connection. Mappings are merged key by key, the connection's own winning.
 *
 * @throws {TypeError} when it names a credential that there is not
 */
export function settingsOf({ name, config, defaults, security }: ConnectionSources): ConnectionSettings {
  const { origin, pathname } = new URL(config.url);
  const credentialName = config.security ?? defaults.security;
  return {
    name,
    origin,
    basePath: pathname.replace(/\/+$/, ''),
    ...limitsOf(config, defaults),
    retry: retryOf(config.retry, defaults.retry),
    isIdempotent: config.idempotent ?? defaults.idempotent,
    headers: { ...defaults.headers, ...config.headers },
    forwardHeaders: config.forwardHeaders ?? defaults.forwardHeaders ?? [],
    security: credentialName,
    credentials:
      credentialName === undefined ? undefined : credentialHeader(credentialOf(name, credentialName, security)),
    ca: (config.tls ?? defaults.tls)?.ca,
    onStatus: { ...defaults.onStatus, ...config.onStatus },
  };
}

function credentialOf(connection: string, name: string, security: ConnectionSources['security']): Credential {
  const credential = Object.hasOwn(security, name) ? security[name] : undefined;
  if (credential) return credential;
  throw new TypeError(`the outgoing connection ${connection} names the credential ${name}, which there is not`);
}

function limitsOf(config: ConnectionConfig, defaults: ConnectionDefaults) {
  const redirects = config.redirects ?? defaults.redirects;
  return {
    timeoutMs: config.timeout ?? defaults.timeout,
    connectTimeoutMs: config.connectTimeout ?? defaults.connectTimeout,
    totalMs: config.total ?? defaults.total,
    maxResponseBytes: config.maxResponse ?? defaults.maxResponse,
    maxRedirects: redirects === 'off' ? 0 : redirects.max,
  };
}

const USUAL_RETRY: RetrySettings = { attempts: 3, initialMs: 50, maxMs: 2_000 };

function retryOf(own: ConnectionConfig['retry'], usual: ConnectionDefaults['retry']): RetrySettings | undefined {
  if (own === 'off' || (own === undefined && usual === 'off')) return undefined;
  const fallback =
    usual === 'off' ? USUAL_RETRY : { attempts: usual.attempts, initialMs: usual.initial, maxMs: usual.max };
  const { attempts = fallback.attempts, initial = fallback.initialMs, max = fallback.maxMs } = own ?? {};
  return { attempts, initialMs: initial, maxMs: max };
}
