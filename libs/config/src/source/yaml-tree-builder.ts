import { type LineCounter, type Node, type Pair, type Scalar, isAlias, isMap, isScalar, isSeq } from 'yaml';
import { type Finding, describeDuplicate } from '../problems/finding';
import type { ConfigPath } from '../problems/config-path';
import type { Position } from '../problems/position';
import { unmaskReferences } from './mask-references';
import type { BrokenNode, ConfigNode, Entry, MappingNode, ScalarNode } from './config-node';

/** Above any real configuration, below the limit of the stack. */
const MAX_DEPTH = 64;
/** Counted after the expansion of aliases, so that nested aliases cannot exhaust the memory ("billion laughs"). */
const MAX_NODES = 200_000;

/** Builds a tree with positions from a parsed document, and resolves its aliases. */
export class YamlTreeBuilder {
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  readonly #ancestors = new Set<Node>();
  #nodesLeft = MAX_NODES;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  /** @returns the sections, none for an empty document; `undefined` if the document is not a mapping */
  build(contents: Node | null): MappingNode | undefined {
    const start: Position = { file: this.#file, line: 1, column: 1 };
    const isEmpty = !contents || (isScalar(contents) && contents.value === null);
    if (isEmpty) return { kind: 'mapping', position: start, entries: new Map() };
    const root = this.#convert(contents, [], this.#findPosition(contents) ?? start);
    if (root.kind === 'mapping') return root;
    if (root.kind !== 'broken') this.#report(root.position, [], 'expected a mapping of sections, such as `bus:`');
    return undefined;
  }

  /** @param place - the reported position of a collection: that of its key, if it has one */
  #convert(node: Node, path: ConfigPath, place: Position): ConfigNode {
    if (isAlias(node)) return this.#resolveAlias(node.source, path, place);
    if (--this.#nodesLeft < 0)
      return this.#reportOnce(path, place, `expected at most ${MAX_NODES} values, aliases included`);
    if (path.length > MAX_DEPTH) return this.#reportOnce(path, place, `expected at most ${MAX_DEPTH} levels`);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#convertScalar(node, place);
    this.#ancestors.add(node);
    const collection = this.#convertCollection(node, path, place);
    this.#ancestors.delete(node);
    return collection;
  }

  #convertCollection(node: Node, path: ConfigPath, position: Position): ConfigNode {
    if (isMap(node)) return { kind: 'mapping', position, entries: this.#convertEntries(node.items, path) };
    const items = isSeq<Node>(node) ? node.items : [];
    return {
      kind: 'list',
      position,
      items: items.map((item, index) => this.#convert(item, [...path, index], this.#findPosition(item) ?? position)),
    };
  }

  #convertEntries(pairs: readonly Pair[], path: ConfigPath): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const pair of pairs) {
      const key = isScalar(pair.key) ? unmaskReferences(String(pair.key.value)) : '';
      const keyPath = [...path, key];
      const keyPosition = this.#findPosition(pair.key) ?? { file: this.#file, line: 1, column: 1 };
      const first = entries.get(key);
      const problem = first ? describeDuplicate(first.keyPosition) : findKeyProblem(key);
      const node = isNode(pair.value) ? this.#convert(pair.value, keyPath, keyPosition) : createNullNode(keyPosition);
      if (problem === undefined) entries.set(key, { keyPosition, node });
      else this.#report(keyPosition, keyPath, problem);
    }
    return entries;
  }

  #convertScalar(scalar: Scalar, place: Position): ScalarNode {
    const { value, source } = scalar;
    if (value === null && !source) return createNullNode(place);
    const position = this.#findPosition(scalar) ?? place;
    if (typeof value === 'number' || typeof value === 'boolean') {
      return { kind: 'scalar', position, value, source: source ?? String(value) };
    }
    const text = unmaskReferences(String(value));
    return { kind: 'scalar', position, value: value === null ? null : text, source: text };
  }

  #resolveAlias(name: string, path: ConfigPath, place: Position): ConfigNode {
    const target = this.#anchors.get(name);
    if (!target) return this.#report(place, path, `expected an anchor &${unmaskReferences(name)} before its alias`);
    if (this.#ancestors.has(target))
      return this.#report(place, path, 'expected an alias outside the value that it repeats');
    return this.#convert(target, path, place);
  }

  #reportOnce(path: ConfigPath, position: Position, message: string): BrokenNode {
    const isKnown = this.findings.some((finding) => finding.message === message);
    return isKnown ? { kind: 'broken', position } : this.#report(position, path, message);
  }

  #report(position: Position, path: ConfigPath, message: string): BrokenNode {
    this.findings.push({ path, position, message });
    return { kind: 'broken', position };
  }

  #findPosition(node: unknown): Position | undefined {
    if (!isNode(node) || !node.range) return undefined;
    const { line, col } = this.#lines.linePos(node.range[0]);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function findKeyProblem(key: string): string | undefined {
  if (key === '__proto__') return 'expected another name than `__proto__`';
  if (key === '<<') return 'expected a key: YAML 1.2 has no merge keys (<<), repeat the keys';
  if (key.includes('${')) return 'expected a plain key: only values may hold ${NAME}';
  return undefined;
}

function createNullNode(position: Position): ScalarNode {
  return { kind: 'scalar', position, value: null, source: '' };
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isScalar(value) || isMap(value) || isSeq(value);
}
