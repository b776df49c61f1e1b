import type { z } from 'zod';
import type { ConfigPath } from '../problems/config-path';

export type Issue = z.core.$ZodIssue;

/** An issue with its full path in the configuration. */
export interface LocatedIssue {
  readonly issue: Issue;
  readonly path: ConfigPath;
}

/** Selects the issues to report: a union is replaced by the issues of its best matching branch. */
export function* selectRelevantIssues(issues: readonly Issue[], path: ConfigPath): Generator<LocatedIssue> {
  for (const issue of issues) {
    const at = toConfigPath(issue, path);
    const best = issue.code === 'invalid_union' ? findBestBranch(issue.errors) : undefined;
    if (best) yield* selectRelevantIssues(best, at);
    else yield { issue, path: at };
  }
}

/** Flattens all issues: a union is replaced by the issues of all its branches. */
export function* flattenIssues(issues: readonly Issue[], path: ConfigPath): Generator<LocatedIssue> {
  for (const issue of issues) {
    const at = toConfigPath(issue, path);
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) yield { issue, path: at };
    else for (const branch of issue.errors) yield* flattenIssues(branch, at);
  }
}

/** Checks whether an issue means that the value is of another kind than expected. */
export function isMismatch(issue: Issue): boolean {
  if (issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'invalid_key') return false;
  return issue.code !== 'invalid_union' || findBestBranch(issue.errors) === undefined;
}

/** The allowed values of an issue, if it lists them. */
export function getChoices(issue: Issue): readonly z.core.util.Primitive[] {
  if (issue.code === 'invalid_value') return issue.values;
  if (issue.code === 'invalid_union' && 'options' in issue) return issue.options ?? [];
  return [];
}

/** Finds the branch that matches the kind of the value, with the fewest issues. */
function findBestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some(isMismatch));
  return fitting.sort((a, b) => a.length - b.length)[0];
}

function toConfigPath(issue: Issue, path: ConfigPath): ConfigPath {
  return [...path, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
}
