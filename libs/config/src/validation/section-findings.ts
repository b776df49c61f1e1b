import type { Finding } from '../finding';
import { didYouMean } from '../nearest';
import type { ConfigPath } from '../path';
import type { ConfigShape } from '../schema/section-shape';
import { type ConfigNode, hasBroken, locate } from '../source/tree';
import { discreet } from './discretion';
import { oneOf } from './expectation';
import { type Issue, type PlacedIssue, choicesOf, isMismatch } from './issues';
import { quote, whatCame } from './what-came';

/** More keys than this are left to the reference page. */
const MOST_KEYS_LISTED = 12;

/** Words what a schema has against a configuration, at the places where it is to be mended. */
export class SectionFindings {
  readonly #root: ConfigNode;
  readonly #shape: ConfigShape;
  readonly #secrets: ReadonlySet<ConfigNode>;

  constructor(root: ConfigNode, shape: ConfigShape, secrets: ReadonlySet<ConfigNode>) {
    this.#root = root;
    this.#shape = shape;
    this.#secrets = secrets;
  }

  /** Nothing for a value that could not be read: the reason has been told. */
  of({ issue, path }: PlacedIssue): Finding[] {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.unknownKey([...path, key]));
    const { node, position, keyPosition } = locate(this.#root, path);
    if (issue.code === 'invalid_key') return [{ path, position: keyPosition, message: wrongKey(issue, path) }];
    if (node && hasBroken(node)) return [];
    return [{ path, position, message: this.#message(issue, node) }];
  }

  unknownKey(path: ConfigPath): Finding {
    const key = String(path.at(-1));
    const keys = [...new Set(this.#shape.keysAt(path.slice(0, -1)))];
    const isShort = keys.length > 0 && keys.length <= MOST_KEYS_LISTED;
    const hint = didYouMean(key, keys) || (isShort ? `, expected ${oneOf(keys)}` : '');
    return { path, position: locate(this.#root, path).keyPosition, message: `unknown key${hint}` };
  }

  #message(issue: Issue, node: ConfigNode | undefined): string {
    const message = discreet(wording(issue), node, this.#secrets);
    if (!message.startsWith('expected ')) return message;
    if (!node) return `${message}, but the key is missing`;
    if (issue.code === 'custom' && node.kind !== 'scalar') return message;
    return `${message}, got ${whatCame(node, this.#secrets)}${this.#hint(issue, node)}`;
  }

  #hint(issue: Issue, node: ConfigNode): string {
    if (node.kind !== 'scalar' || node.origin || node.value === null) return '';
    const isSecret = this.#secrets.has(node);
    if (typeof node.value === 'string') return isSecret ? '' : didYouMean(node.value, choicesOf(issue).map(String));
    const isAnyText = issue.message === 'expected text'; // a schema that asks for more words it itself
    return isSecret || isAnyText ? ': put it in quotes' : '';
  }
}

/** For a union that no branch of fits, what each of them would have wanted. */
function wording(issue: Issue): string {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.message;
  const wanted = issue.errors.flatMap((branch) => branch.filter(isMismatch).map(wording));
  return `expected ${oneOf([...new Set(wanted.map((message) => message.replace(/^expected /, '')))])}`;
}

function wrongKey(issue: Extract<Issue, { code: 'invalid_key' }>, path: ConfigPath): string {
  return `${issue.issues[0]?.message ?? issue.message}, got the key ${quote(String(path.at(-1)))}`;
}
