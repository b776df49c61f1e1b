import { type ConfigPath, formatPath } from './config-path';
import { type Position, formatPosition } from './position';
import type { ConfigProblem } from './config-problem';

/** A problem with its path as a list, from which the valid parts of the configuration are determined. */
export interface Finding {
  readonly path: ConfigPath;
  readonly position: Position;
  readonly message: string;
}

export function toProblem({ path, position, message }: Finding): ConfigProblem {
  const { file, line, column } = position;
  return { file, line, column, path: formatPath(path), message };
}

/** The message for the second occurrence of a key. */
export function describeDuplicate(first: Position): string {
  return `expected once, but already given at ${formatPosition(first)}`;
}
