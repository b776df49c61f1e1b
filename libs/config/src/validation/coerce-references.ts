import { type ConfigNode, locateNode } from '../source/config-node';
import { type Issue, type LocatedIssue, getChoices } from './issues';

/** Decimal numbers as YAML's core schema has them. */
const NUMBER_PATTERN = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i;

/**
 * Where a schema wants another type than text, and a value that is one whole reference can be read as it: the values to
 * try instead. A text without a reference stays text, however it is written.
 */
export function coerceReferences(issues: Iterable<LocatedIssue>, root: ConfigNode): Map<ConfigNode, unknown> {
  const typed = new Map<ConfigNode, unknown>();
  for (const { issue, path } of issues) {
    const { node } = locateNode(root, path);
    if (node?.kind !== 'scalar' || !node.origin?.isWhole || typeof node.value !== 'string') continue;
    const value = coerceText(issue, node.value);
    if (value !== undefined) typed.set(node, value);
  }
  return typed;
}

function coerceText(issue: Issue, text: string): unknown {
  if (issue.code !== 'invalid_type') return getChoices(issue).find((choice) => isWrittenAs(choice, text));
  if (issue.expected === 'boolean') return parseBoolean(text);
  const isNumberWanted = issue.expected === 'number' || issue.expected === 'int';
  return isNumberWanted && NUMBER_PATTERN.test(text) ? Number(text) : undefined;
}

function isWrittenAs(choice: unknown, text: string): boolean {
  return (typeof choice === 'number' || typeof choice === 'boolean') && String(choice) === text;
}

function parseBoolean(text: string): boolean | undefined {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  return /^(false|False|FALSE)$/.test(text) ? false : undefined;
}
