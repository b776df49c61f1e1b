import { type ConfigPath, type ConfigProblem, type LoadedConfig } from '@trunkline/config';
import { findDefinitionNameProblems } from '@trunkline/security';

const NONE_IN_LIST_MESSAGE =
  'expected a security definition: `none`, which lets everybody call, cannot be part of a list';

/** Finds what is wrong with `security` of the bus and of channels, and with `scopes` of channels. */
export function findSecurityChoiceProblems(config: LoadedConfig, channels: readonly ConfigPath[]): ConfigProblem[] {
  return [
    ...[['bus'], ...channels].flatMap((owner) => findChoiceProblems(config, [...owner, 'security'])),
    ...channels.flatMap((channel) => findScopeProblems(config, channel)),
  ];
}

function findChoiceProblems(config: LoadedConfig, path: ConfigPath): ConfigProblem[] {
  const choice = config.getRawValue(path);
  if (choice === 'none') return [];
  if (!Array.isArray(choice)) return findDefinitionNameProblems(config, path, 'channels');
  return choice.flatMap((name, index) => {
    const itemPath = [...path, index];
    return name === 'none'
      ? [config.createProblem(itemPath, NONE_IN_LIST_MESSAGE)]
      : findDefinitionNameProblems(config, itemPath, 'channels');
  });
}

/** Scopes without `security` protect nothing, although they look as if they did. */
function findScopeProblems(config: LoadedConfig, channel: ConfigPath): ConfigProblem[] {
  const path = [...channel, 'scopes'];
  const choice = config.getRawValue([...channel, 'security']) ?? config.getRawValue(['bus', 'security']) ?? 'none';
  if (config.getRawValue(path) === undefined || choice !== 'none') return [];
  return [
    config.createProblem(
      path,
      'expected `security` beside `scopes`: without it no caller is known, and everybody may call',
    ),
  ];
}
