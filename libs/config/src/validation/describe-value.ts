import type { ConfigNode, Origin } from '../source/config-node';

const MAX_TEXT_LENGTH = 60;

/** Describes a value, as the end of a message, without showing secrets. */
export function describeValue(node: ConfigNode, secrets: ReadonlySet<ConfigNode>): string {
  if (node.kind === 'broken') return 'nothing';
  if (node.kind === 'mapping') return 'a mapping';
  if (node.kind === 'list') return 'a list';
  if (node.origin) return describeOrigin(node.origin);
  if (node.value === null) return 'nothing';
  if (secrets.has(node) && node.value !== '') return `a ${typeof node.value} that is not shown`;
  return typeof node.value === 'string' ? quote(node.value) : node.source;
}

/** Quotes a text on one line, truncated if it is long, without the credentials of URLs. */
export function quote(text: string): string {
  const shown = text.replace(/\/\/\S*@/g, '//…@');
  return JSON.stringify(shown.length > MAX_TEXT_LENGTH ? `${shown.slice(0, MAX_TEXT_LENGTH)}…` : shown);
}

function describeOrigin({ references, isWhole }: Origin): string {
  return `${isWhole ? 'the value of' : 'a text with'} ${references.join(' and ')}`;
}
