import type { ConfigNode, Origin } from '../source/config-node';

const MAX_TEXT_LENGTH = 60;

/** What stands at a place, to end a message with; nothing that may be a secret is shown. */
export function describeValue(node: ConfigNode, secrets: ReadonlySet<ConfigNode>): string {
  if (node.kind === 'broken') return 'nothing';
  if (node.kind === 'mapping') return 'a mapping';
  if (node.kind === 'list') return 'a list';
  if (node.origin) return describeOrigin(node.origin);
  if (node.value === null) return 'nothing';
  if (secrets.has(node) && node.value !== '') return `a ${typeof node.value} that is not shown`;
  return typeof node.value === 'string' ? quote(node.value) : node.source;
}

/** A text in quotes, cut when it is long, on one line, without the credentials of a URL in it. */
export function quote(text: string): string {
  const shown = text.replace(/\/\/\S*@/g, '//…@');
  return JSON.stringify(shown.length > MAX_TEXT_LENGTH ? `${shown.slice(0, MAX_TEXT_LENGTH)}…` : shown);
}

function describeOrigin({ references, isWhole }: Origin): string {
  return `${isWhole ? 'the value of' : 'a text with'} ${references.join(' and ')}`;
}
