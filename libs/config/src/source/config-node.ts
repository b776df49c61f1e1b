import type { ConfigPath } from '../problems/config-path';
import type { Position } from '../problems/position';

/** What was read, with the place of every part of it. */
export type ConfigNode = MappingNode | ListNode | ScalarNode | BrokenNode;

/** `position` is that of the mapping's own key, where it has one: that is where a reader looks for it. */
export interface MappingNode {
  readonly kind: 'mapping';
  readonly position: Position;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly keyPosition: Position;
  readonly node: ConfigNode;
}

interface ListNode {
  readonly kind: 'list';
  readonly position: Position;
  readonly items: readonly ConfigNode[];
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly position: Position;
  readonly value: string | number | boolean | null;
  /** As it was written, for numbers that lose digits when they are parsed. */
  readonly source: string;
  /** How the text was put together, if any of it came from elsewhere: such a text is never shown. */
  readonly origin?: Origin;
}

/** The references in a text, without their defaults (`${NAME}`), and whether one of them is the whole of it. */
export interface Origin {
  readonly references: readonly string[];
  readonly isWhole: boolean;
}

/** Stands where a value could not be read; the problem has been reported, and nothing else is said about it. */
export interface BrokenNode {
  readonly kind: 'broken';
  readonly position: Position;
}

/** Where a path leads: the node, if there is one, and the place of the deepest part of the path that exists. */
export interface Location {
  readonly node: ConfigNode | undefined;
  readonly position: Position;
  /** The place of the key itself, or of the list item. */
  readonly keyPosition: Position;
  /** The node, or the deepest on the way to it that exists. */
  readonly deepestNode: ConfigNode;
}

export function locateNode(root: ConfigNode, path: ConfigPath): Location {
  let location: Location = createLocation(root, root.position);
  for (const step of path) {
    const next = location.node && findChild(location.node, step);
    if (!next) return { ...location, node: undefined };
    location = next;
  }
  return location;
}

/** Every scalar at or below a node. */
export function* listScalars(node: ConfigNode): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  for (const below of getChildren(node)) yield* listScalars(below);
}

export function hasBroken(node: ConfigNode): boolean {
  return node.kind === 'broken' || getChildren(node).some(hasBroken);
}

/** Values to put in the place of nodes. */
export type Replacements = ReadonlyMap<ConfigNode, unknown>;

/**
 * The plain value of a node, for a schema to parse. Mappings have no prototype, so that no key is there but those written.
 */
export function toPlainValue(node: ConfigNode, replacements: Replacements = new Map()): unknown {
  if (replacements.has(node)) return replacements.get(node);
  if (node.kind === 'list') return node.items.map((item) => toPlainValue(item, replacements));
  if (node.kind === 'broken') return undefined;
  if (node.kind === 'scalar') return node.value;
  const mapping: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) mapping[key] = toPlainValue(entry.node, replacements);
  return mapping;
}

/** A copy of the tree without some of its nodes; `undefined` where the root itself is one of them. */
export function removeNodes(node: ConfigNode, dropped: ReadonlySet<ConfigNode>): ConfigNode | undefined {
  if (dropped.has(node)) return undefined;
  if (node.kind === 'list') {
    return { ...node, items: node.items.flatMap((item) => removeNodes(item, dropped) ?? []) };
  }
  if (node.kind !== 'mapping') return node;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of node.entries) {
    const kept = removeNodes(entry.node, dropped);
    if (kept) entries.set(key, { ...entry, node: kept });
  }
  return { ...node, entries };
}

function findChild(node: ConfigNode, step: string | number): Location | undefined {
  if (node.kind === 'list' && typeof step === 'number') {
    const item = node.items[step];
    return item && createLocation(item, item.position);
  }
  if (node.kind !== 'mapping') return undefined;
  const entry = node.entries.get(String(step));
  return entry && createLocation(entry.node, entry.keyPosition);
}

function createLocation(node: ConfigNode, keyPosition: Position): Location {
  return { node, position: node.position, keyPosition, deepestNode: node };
}

function getChildren(node: ConfigNode): readonly ConfigNode[] {
  if (node.kind === 'list') return node.items;
  if (node.kind === 'mapping') return [...node.entries.values()].map((entry) => entry.node);
  return [];
}
