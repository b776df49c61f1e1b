import type { Finding } from '../problems/finding';
import { formatSuggestion } from '../problems/nearest-name';
import type { ConfigPath } from '../problems/config-path';
import type { ConfigSchema } from '../schema/config-schema';
import { type ConfigNode, hasBroken, locateNode } from '../source/config-node';
import { redactMessage } from './redact-message';
import { formatChoices } from './describe-expectation';
import { type Issue, type LocatedIssue, getChoices, isMismatch } from './issues';
import { quote, describeValue } from './describe-value';

/** Longer lists of keys are omitted; the reference page has them. */
const MAX_LISTED_KEYS = 12;

/** Converts issues of a schema to findings with the position to correct. */
export class IssueFormatter {
  readonly #root: ConfigNode;
  readonly #schema: ConfigSchema;
  readonly #secrets: ReadonlySet<ConfigNode>;

  constructor(root: ConfigNode, shape: ConfigSchema, secrets: ReadonlySet<ConfigNode>) {
    this.#root = root;
    this.#schema = shape;
    this.#secrets = secrets;
  }

  /** Empty for a value that could not be read, since that has been reported. */
  format({ issue, path }: LocatedIssue): Finding[] {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.formatUnknownKey([...path, key]));
    const { node, position, keyPosition } = locateNode(this.#root, path);
    if (issue.code === 'invalid_key')
      return [{ path, position: keyPosition, message: describeInvalidKey(issue, path) }];
    if (node && hasBroken(node)) return [];
    return [{ path, position, message: this.#formatMessage(issue, node) }];
  }

  formatUnknownKey(path: ConfigPath): Finding {
    const key = String(path.at(-1));
    const keys = [...new Set(this.#schema.listKeys(path.slice(0, -1)))];
    const { keyPosition: position } = locateNode(this.#root, path);
    // The mapping is one of several shapes, and another one has the key.
    if (keys.includes(key)) return { path, position, message: 'unknown key: it does not go with the other keys here' };
    const isShort = keys.length > 0 && keys.length <= MAX_LISTED_KEYS;
    const hint = formatSuggestion(key, keys) || (isShort ? `, expected ${formatChoices(keys)}` : '');
    return { path, position, message: `unknown key${hint}` };
  }

  #formatMessage(issue: Issue, node: ConfigNode | undefined): string {
    const message = redactMessage(describeIssue(issue), node, this.#secrets);
    if (!message.startsWith('expected ')) return message;
    if (!node) return `${message}, but the key is missing`;
    if (issue.code === 'custom' && node.kind !== 'scalar') return message;
    return `${message}, got ${describeValue(node, this.#secrets)}${this.#formatHint(issue, node)}`;
  }

  #formatHint(issue: Issue, node: ConfigNode): string {
    if (node.kind !== 'scalar' || node.origin || node.value === null) return '';
    const isSecret = this.#secrets.has(node);
    if (typeof node.value === 'string')
      return isSecret ? '' : formatSuggestion(node.value, getChoices(issue).map(String));
    const isAnyText = issue.message === 'expected text'; // stricter schemas have their own messages
    return isSecret || isAnyText ? ': put it in quotes' : '';
  }
}

/** Describes a union without a matching branch by the expectations of all branches. */
function describeIssue(issue: Issue): string {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.message;
  const wanted = issue.errors.flatMap((branch) => branch.filter(isMismatch).map(describeIssue));
  return `expected ${formatChoices([...new Set(wanted.map((message) => message.replace(/^expected /, '')))])}`;
}

function describeInvalidKey(issue: Extract<Issue, { code: 'invalid_key' }>, path: ConfigPath): string {
  return `${issue.issues[0]?.message ?? issue.message}, got the key ${quote(String(path.at(-1)))}`;
}
