import type { z } from 'zod';
import type { ConfigPath } from '../problems/config-path';

export type Issue = z.core.$ZodIssue;

/** An issue with the path from the top of the configuration. */
export interface LocatedIssue {
  readonly issue: Issue;
  readonly path: ConfigPath;
}

/** The issues to tell: those of a union are replaced by the issues of the branch that the writer had in mind. */
export function* selectRelevantIssues(issues: readonly Issue[], path: ConfigPath): Generator<LocatedIssue> {
  for (const issue of issues) {
    const at = toConfigPath(issue, path);
    const best = issue.code === 'invalid_union' ? findBestBranch(issue.errors) : undefined;
    if (best) yield* selectRelevantIssues(best, at);
    else yield { issue, path: at };
  }
}

/** Every issue there is, those of all branches of unions in place of the unions. */
export function* flattenIssues(issues: readonly Issue[], path: ConfigPath): Generator<LocatedIssue> {
  for (const issue of issues) {
    const at = toConfigPath(issue, path);
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) yield { issue, path: at };
    else for (const branch of issue.errors) yield* flattenIssues(branch, at);
  }
}

/** Whether a branch of a union, or a schema, wanted something else altogether than what stands at its place. */
export function isMismatch(issue: Issue): boolean {
  if (issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'invalid_key') return false;
  return issue.code !== 'invalid_union' || findBestBranch(issue.errors) === undefined;
}

/** The values that would do, where there is a choice of them. */
export function getChoices(issue: Issue): readonly z.core.util.Primitive[] {
  if (issue.code === 'invalid_value') return issue.values;
  if (issue.code === 'invalid_union' && 'options' in issue) return issue.options ?? [];
  return [];
}

/** The branch that fits the kind of the value, with the fewest issues. */
function findBestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some(isMismatch));
  return fitting.sort((a, b) => a.length - b.length)[0];
}

function toConfigPath(issue: Issue, path: ConfigPath): ConfigPath {
  return [...path, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
}
