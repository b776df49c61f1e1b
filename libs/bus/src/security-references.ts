import { type ConfigPath, type ConfigProblem, didYouMean, type LoadedConfig } from '@trunkline/config';

/** What a definition is for. One that is not written well enough to tell counts as both, so that one mistake is told once. */
type Purpose = 'channels' | 'connections';

const OWN_KEYS = ['key', 'username', 'password', 'token'];
const NONE_IN_LIST = 'expected a security definition: `none`, so that everybody may call, stands alone, without a list';
const FOR_CHANNELS_ALONE: readonly unknown[] = ['jwt', 'mtls'];

/** Names of security definitions that do not exist, or are not for those who name them, and what they need of the listener. */
export function securityProblems(config: LoadedConfig): ConfigProblem[] {
  const channels = below(config, ['channels', 'rest']);
  const connections = [['outgoing', 'defaults'], ...below(config, ['outgoing', 'rest'])];
  return [
    ...[['bus'], ...channels].flatMap((place) => choiceProblems(config, [...place, 'security'])),
    ...connections.flatMap((place) => nameProblems(config, [...place, 'security'], 'connections')),
    ...channels.flatMap((channel) => scopeProblems(config, channel)),
    ...certificateProblems(config),
  ];
}

function choiceProblems(config: LoadedConfig, path: ConfigPath): ConfigProblem[] {
  const choice = config.writtenAt(path);
  if (choice === 'none') return [];
  if (!Array.isArray(choice)) return nameProblems(config, path, 'channels');
  return choice.flatMap((name, index) => {
    const place = [...path, index];
    return name === 'none' ? [config.problem(place, NONE_IN_LIST)] : nameProblems(config, place, 'channels');
  });
}

function nameProblems(config: LoadedConfig, path: ConfigPath, purpose: Purpose): ConfigProblem[] {
  const name = config.writtenAt(path);
  if (typeof name !== 'string') return [];
  const all = config.keysAt(['security']);
  const fitting = all.filter((each) => isFor(purpose, config, each));
  if (fitting.includes(name)) return [];
  if (!all.includes(name)) {
    return [config.problem(path, `there is no security definition ${name}${didYouMean(name, fitting)}`)];
  }
  const expected =
    purpose === 'channels'
      ? `expected a security definition with callers, but ${name} is a credential of the bus, for connections`
      : `expected a security definition with one credential, but ${name} says who may call channels`;
  return [config.problem(path, expected)];
}

function isFor(purpose: Purpose, config: LoadedConfig, name: string): boolean {
  const type = config.writtenAt(['security', name, 'type']);
  const keys = config.keysAt(['security', name]);
  const isForChannels = keys.includes('callers') || FOR_CHANNELS_ALONE.includes(type);
  const isForConnections = keys.some((key) => OWN_KEYS.includes(key)) || type === 'oauth2';
  if (isForChannels === isForConnections) return true;
  return purpose === 'channels' ? isForChannels : isForConnections;
}

/** Scopes that nobody is asked for would look like a lock and be none. */
function scopeProblems(config: LoadedConfig, channel: ConfigPath): ConfigProblem[] {
  const path = [...channel, 'scopes'];
  const choice = config.writtenAt([...channel, 'security']) ?? config.writtenAt(['bus', 'security']) ?? 'none';
  if (config.writtenAt(path) === undefined || choice !== 'none') return [];
  return [
    config.problem(path, 'expected `security` beside `scopes`: without it nobody is known, and everybody may call'),
  ];
}

function certificateProblems(config: LoadedConfig): ConfigProblem[] {
  if (config.writtenAt(['bus', 'http', 'tls', 'requestCert']) === true) return [];
  return below(config, ['security'])
    .filter((path) => config.writtenAt([...path, 'type']) === 'mtls')
    .map((path) => config.problem([...path, 'type'], 'expected `bus.http.tls` with `requestCert: true` for mtls'));
}

function below(config: LoadedConfig, path: ConfigPath): ConfigPath[] {
  return config.keysAt(path).map((key) => [...path, key]);
}
