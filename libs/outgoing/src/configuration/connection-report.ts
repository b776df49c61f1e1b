import { formatDuration } from '@trunkline/time';
import type { ConnectionSettings } from './connection-settings';
import type { ConnectionConfig } from './section';

/** What holds for a connection, as configuration would have it: for people. Of headers and credentials, the names alone. */
export type ConnectionReport = Readonly<Record<string, unknown>> & { readonly name: string };

export function reportOf(settings: ConnectionSettings, config: ConnectionConfig): ConnectionReport {
  const { name, retry, maxRedirects, forwardHeaders, security, onStatus } = settings;
  return {
    name,
    url: config.url,
    timeout: formatDuration(settings.timeoutMs),
    connectTimeout: formatDuration(settings.connectTimeoutMs),
    total: formatDuration(settings.totalMs),
    maxResponse: formatSize(settings.maxResponseBytes),
    retry: retry
      ? { attempts: retry.attempts, initial: formatDuration(retry.initialMs), max: formatDuration(retry.maxMs) }
      : 'off',
    redirects: maxRedirects === 0 ? 'off' : { max: maxRedirects },
    idempotent: settings.isIdempotent,
    headers: Object.keys(settings.headers),
    forwardHeaders,
    ...(security !== undefined && { security }),
    ...(settings.ca !== undefined && { tls: 'own certificates' }),
    onStatus,
    ...(config.ping && { ping: config.ping }),
    services: Object.keys(config.services ?? {}),
  };
}

const UNITS = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
] as const;

function formatSize(bytes: number): string {
  const [unit, size] = UNITS.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['B', 1];
  return `${bytes / size}${unit}`;
}
