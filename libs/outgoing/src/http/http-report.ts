import { formatDuration } from '@trunkline/time';
import type { ChaosSettings } from './fault-injection/chaos-section';
import type { HttpConfig } from './http-section';
import type { HttpSettings } from './http-settings';
import { policies } from '../policies';

/** Describes the settings that all connections over HTTP have, in the notation of the configuration. */
export function describeHttp(settings: HttpSettings, config: HttpConfig) {
  const { maxRedirects, forwardHeaders, security } = settings;
  return {
    url: config.url,
    timeout: formatDuration(settings.timeoutMs),
    connectTimeout: formatDuration(settings.connectTimeoutMs),
    maxResponse: formatSize(settings.maxResponseBytes),
    maxHeader: formatSize(settings.maxHeaderBytes),
    ...policies.describe(settings.policies),
    redirects: maxRedirects === 0 ? 'off' : { max: maxRedirects },
    headers: Object.keys(settings.headers),
    forwardHeaders,
    ...(security !== undefined && { security }),
    ...(settings.allowH2 && { allowH2: true }),
    ...(settings.tls && { tls: Object.keys(settings.tls) }),
    ...(settings.proxy && { proxy: settings.proxy.origin }),
    ...(config.ping && { ping: config.ping }),
    ...(config.chaos && { chaos: describeChaos(config.chaos) }),
  };
}

function describeChaos({ latency, ...shares }: ChaosSettings) {
  return { ...shares, ...(latency !== undefined && { latency: formatDuration(latency) }) };
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
