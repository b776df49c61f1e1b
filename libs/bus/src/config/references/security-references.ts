import { type ConfigPath, type ConfigProblem, formatSuggestion, type LoadedConfig } from '@trunkline/config';

/** What a definition is for. One that is not written well enough to tell counts as both, so that one mistake is told once. */
type Purpose = 'channels' | 'connections';

const CREDENTIAL_KEYS = ['key', 'username', 'password', 'token'];
const NONE_IN_LIST_MESSAGE =
  'expected a security definition: `none`, so that everybody may call, stands alone, without a list';
const CHANNEL_ONLY_TYPES: readonly unknown[] = ['jwt', 'mtls'];

/** Names of security definitions that do not exist, or are not for those who name them, and what they need of the listener. */
export function findSecurityProblems(config: LoadedConfig): ConfigProblem[] {
  const channels = listChildPaths(config, ['channels', 'rest']);
  const connections = [['outgoing', 'defaults'], ...listChildPaths(config, ['outgoing', 'rest'])];
  return [
    ...[['bus'], ...channels].flatMap((place) => findChoiceProblems(config, [...place, 'security'])),
    ...connections.flatMap((place) => findNameProblems(config, [...place, 'security'], 'connections')),
    ...channels.flatMap((channel) => findScopeProblems(config, channel)),
    ...findCertificateProblems(config),
  ];
}

function findChoiceProblems(config: LoadedConfig, path: ConfigPath): ConfigProblem[] {
  const choice = config.getRawValue(path);
  if (choice === 'none') return [];
  if (!Array.isArray(choice)) return findNameProblems(config, path, 'channels');
  return choice.flatMap((name, index) => {
    const place = [...path, index];
    return name === 'none'
      ? [config.createProblem(place, NONE_IN_LIST_MESSAGE)]
      : findNameProblems(config, place, 'channels');
  });
}

function findNameProblems(config: LoadedConfig, path: ConfigPath, purpose: Purpose): ConfigProblem[] {
  const name = config.getRawValue(path);
  if (typeof name !== 'string') return [];
  const all = config.listKeys(['security']);
  const fitting = all.filter((each) => isUsableFor(purpose, config, each));
  if (fitting.includes(name)) return [];
  if (!all.includes(name)) {
    return [config.createProblem(path, `there is no security definition ${name}${formatSuggestion(name, fitting)}`)];
  }
  const expected =
    purpose === 'channels'
      ? `expected a security definition with callers, but ${name} is a credential of the bus, for connections`
      : `expected a security definition with one credential, but ${name} says who may call channels`;
  return [config.createProblem(path, expected)];
}

function isUsableFor(purpose: Purpose, config: LoadedConfig, name: string): boolean {
  const type = config.getRawValue(['security', name, 'type']);
  const keys = config.listKeys(['security', name]);
  const isForChannels = keys.includes('callers') || CHANNEL_ONLY_TYPES.includes(type);
  const isForConnections = keys.some((key) => CREDENTIAL_KEYS.includes(key)) || type === 'oauth2';
  if (isForChannels === isForConnections) return true;
  return purpose === 'channels' ? isForChannels : isForConnections;
}

/** Scopes that nobody is asked for would look like a lock and be none. */
function findScopeProblems(config: LoadedConfig, channel: ConfigPath): ConfigProblem[] {
  const path = [...channel, 'scopes'];
  const choice = config.getRawValue([...channel, 'security']) ?? config.getRawValue(['bus', 'security']) ?? 'none';
  if (config.getRawValue(path) === undefined || choice !== 'none') return [];
  return [
    config.createProblem(
      path,
      'expected `security` beside `scopes`: without it nobody is known, and everybody may call',
    ),
  ];
}

function findCertificateProblems(config: LoadedConfig): ConfigProblem[] {
  if (config.getRawValue(['bus', 'http', 'tls', 'requestCert']) === true) return [];
  return listChildPaths(config, ['security'])
    .filter((path) => config.getRawValue([...path, 'type']) === 'mtls')
    .map((path) =>
      config.createProblem([...path, 'type'], 'expected `bus.http.tls` with `requestCert: true` for mtls'),
    );
}

function listChildPaths(config: LoadedConfig, path: ConfigPath): ConfigPath[] {
  return config.listKeys(path).map((key) => [...path, key]);
}
