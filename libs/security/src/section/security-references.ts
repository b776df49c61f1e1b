import { type ConfigPath, type ConfigProblem, formatSuggestion, type LoadedConfig } from '@trunkline/config';

/** The purpose of a security definition: callers of channels, or the credential of a connection. */
type DefinitionPurpose = 'channels' | 'connections';

const CREDENTIAL_KEYS = ['key', 'username', 'password', 'token'];
const CHANNEL_ONLY_TYPES: readonly unknown[] = ['jwt', 'mtls'];
const WRONG_PURPOSE: Readonly<Record<DefinitionPurpose, (name: string) => string>> = {
  channels: (name) =>
    `expected a security definition with callers, but ${name} is a credential of the bus, for connections`,
  connections: (name) => `expected a security definition with one credential, but ${name} has callers, for channels`,
};

/** Finds security definitions that the listener does not support. */
export function findSecurityProblems(config: LoadedConfig): ConfigProblem[] {
  if (config.getRawValue(['bus', 'http', 'tls', 'requestCert']) === true) return [];
  return config
    .listChildPaths(['security'])
    .filter((path) => config.getRawValue([...path, 'type']) === 'mtls')
    .map((path) =>
      config.createProblem([...path, 'type'], 'expected `bus.http.tls` with `requestCert: true` for mtls'),
    );
}

/**
 * Finds a reference to a security definition that does not exist, or is for another purpose.
 *
 * @returns one problem, or none
 */
export function findDefinitionNameProblems(
  config: LoadedConfig,
  path: ConfigPath,
  purpose: DefinitionPurpose,
): ConfigProblem[] {
  const name = config.getRawValue(path);
  if (typeof name !== 'string') return [];
  const all = config.listKeys(['security']);
  const fitting = all.filter((each) => isUsableFor(purpose, config, each));
  if (fitting.includes(name)) return [];
  const message = all.includes(name)
    ? WRONG_PURPOSE[purpose](name)
    : `there is no security definition ${name}${formatSuggestion(name, fitting)}`;
  return [config.createProblem(path, message)];
}

/** An ambiguous definition counts for both purposes, so that one mistake is one problem. */
function isUsableFor(purpose: DefinitionPurpose, config: LoadedConfig, name: string): boolean {
  const type = config.getRawValue(['security', name, 'type']);
  const keys = config.listKeys(['security', name]);
  const isForChannels = keys.includes('callers') || CHANNEL_ONLY_TYPES.includes(type);
  const isForConnections = keys.some((key) => CREDENTIAL_KEYS.includes(key)) || type === 'oauth2';
  if (isForChannels === isForConnections) return true;
  return purpose === 'channels' ? isForChannels : isForConnections;
}
