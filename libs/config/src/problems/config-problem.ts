import { type Position, formatPosition } from './position';

/**
 * A mistake in the configuration, with the position to correct.
 *
 * `path` is the formatted key (empty for a problem with a whole file); `message` states what was expected and what was found. Neither
 * contains a secret, or a value from the environment or a file.
 */
export interface ConfigProblem extends Position {
  readonly path: string;
  readonly message: string;
}

/** Formats a problem: `config/bus.yaml:3:11  bus.http.port  expected a whole number, got "x"`. */
export function formatProblem(problem: ConfigProblem): string {
  return [formatPosition(problem), problem.path, problem.message].filter((part) => part !== '').join('  ');
}

/** Sorts problems by file, line and column. */
export function sortByPosition(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.path, b.path),
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
