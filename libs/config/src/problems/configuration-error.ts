import { type ConfigProblem, formatProblem, sortByPosition } from './config-problem';

/** The exit code of a process whose configuration is wrong (`EX_CONFIG` of BSD's sysexits.h). */
export const EX_CONFIG = 78;

/**
 * The configuration cannot be used. The message lists every problem, one a line, and how many there are; a process that
 * ends because of it exits with {@link EX_CONFIG}.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly exitCode = EX_CONFIG;
  /** In reading order: by file, line and column. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const ordered = sortByPosition(problems);
    const count = ordered.length === 1 ? '1 problem' : `${ordered.length} problems`;
    super([...ordered.map(formatProblem), `${count} in the configuration`].join('\n'));
    this.problems = ordered;
  }
}
