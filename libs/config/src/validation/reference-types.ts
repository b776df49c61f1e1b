import { type ConfigNode, locate } from '../source/tree';
import { type Issue, type PlacedIssue, choicesOf } from './issues';

/** Decimal numbers as YAML's core schema has them. */
const NUMBER = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i;

/**
 * Where a schema wants another type than text, and a value that is one whole reference can be read as it: the values to
 * try instead. A text without a reference stays text, however it is written.
 */
export function typedReferences(issues: Iterable<PlacedIssue>, root: ConfigNode): Map<ConfigNode, unknown> {
  const typed = new Map<ConfigNode, unknown>();
  for (const { issue, path } of issues) {
    const { node } = locate(root, path);
    if (node?.kind !== 'scalar' || !node.origin?.isWhole || typeof node.value !== 'string') continue;
    const value = readAs(issue, node.value);
    if (value !== undefined) typed.set(node, value);
  }
  return typed;
}

function readAs(issue: Issue, text: string): unknown {
  if (issue.code !== 'invalid_type') return choicesOf(issue).find((choice) => isWrittenAs(choice, text));
  if (issue.expected === 'boolean') return readBoolean(text);
  const isNumberWanted = issue.expected === 'number' || issue.expected === 'int';
  return isNumberWanted && NUMBER.test(text) ? Number(text) : undefined;
}

function isWrittenAs(choice: unknown, text: string): boolean {
  return (typeof choice === 'number' || typeof choice === 'boolean') && String(choice) === text;
}

function readBoolean(text: string): boolean | undefined {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  return /^(false|False|FALSE)$/.test(text) ? false : undefined;
}
