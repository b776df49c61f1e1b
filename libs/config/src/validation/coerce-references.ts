import { type ConfigNode, locateNode } from '../source/config-node';
import { type Issue, type LocatedIssue, getChoices } from './issues';

/** Decimal numbers of YAML's core schema. */
const NUMBER_PATTERN = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i;

/**
 * Finds the values that are a single reference and whose schema expects a number or boolean, and converts them. A text without a reference
 * is never converted.
 */
export function coerceReferences(issues: Iterable<LocatedIssue>, root: ConfigNode): Map<ConfigNode, unknown> {
  const converted = new Map<ConfigNode, unknown>();
  for (const { issue, path } of issues) {
    const { node } = locateNode(root, path);
    if (node?.kind !== 'scalar' || !node.origin?.isWhole || typeof node.value !== 'string') continue;
    const value = coerceText(issue, node.value);
    if (value !== undefined) converted.set(node, value);
  }
  return converted;
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
