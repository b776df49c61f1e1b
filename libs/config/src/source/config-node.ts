import type { ConfigPath } from '../problems/config-path';
import type { Position } from '../problems/position';

/** A parsed value, with the position of each of its parts. */
export type ConfigNode = MappingNode | ListNode | ScalarNode | BrokenNode;

/** A mapping. `position` is the position of its key, if it has one. */
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
  /** The text in the file, for numbers that lose digits when parsed. */
  readonly source: string;
  /** The references that the text was built from, if any. Such a text is never shown. */
  readonly origin?: Origin;
}

/** The references in a text, without their defaults (`${NAME}`), and whether one of them is the whole text. */
export interface Origin {
  readonly references: readonly string[];
  readonly isWhole: boolean;
}

/** A value that could not be read. Its problem has been reported, so no other problem is. */
export interface BrokenNode {
  readonly kind: 'broken';
  readonly position: Position;
}

/** The result of following a path: the node, if it exists, and the position of the deepest existing part of the path. */
export interface Location {
  readonly node: ConfigNode | undefined;
  readonly position: Position;
  /** The position of the key, or of the list item. */
  readonly keyPosition: Position;
  /** The node, or its deepest existing ancestor. */
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

/** Lists every scalar at or below a node. */
export function* listScalars(node: ConfigNode): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  for (const below of getChildren(node)) yield* listScalars(below);
}

export function hasBroken(node: ConfigNode): boolean {
  return node.kind === 'broken' || getChildren(node).some(hasBroken);
}

/** Values that replace nodes. */
export type Replacements = ReadonlyMap<ConfigNode, unknown>;

/**
 * Converts a node to a plain value for a schema. Mappings have no prototype, so that they have no inherited keys.
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

/** Copies a tree without some of its nodes; `undefined` if the root is one of them. */
export function removeNodes(node: ConfigNode, dropped: ReadonlySet<ConfigNode>): ConfigNode | undefined {
  if (dropped.has(node)) return undefined;
  if (node.kind === 'list') {
    return { ...node, items: node.items.flatMap((item) => removeNodes(item, dropped) ?? []) };
  }
  if (node.kind !== 'mapping') return node;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of node.entries) {
    const rest = removeNodes(entry.node, dropped);
    if (rest) entries.set(key, { ...entry, node: rest });
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
