import { resolve } from 'node:path';
import type { Finding } from '../finding';
import type { ConfigPath } from '../path';
import { readTextFile } from './text-file';
import type { BrokenNode, ConfigNode, Entry, MappingNode, ScalarNode } from './tree';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${`, which stands for a plain `${`; or a reference; or a `${` that does not become one. */
const PIECE = /\$\$\{|\$\{([^{}]*)\}|\$\{/g;
const VARIABLE = /^([A-Za-z_]\w*)(?::-(.*))?$/s;
const FILE = /^file:(.+)$/s;

/**
 * Puts values in the place of references, in texts of a parsed tree: `${NAME}` and `${NAME:-default}` (the default stands
 * in for a variable that is not set or empty, as in a shell) and `${file:path}` (without the line end that closes the file,
 * the path from the project root). What is put in is text and stays text: it can become neither YAML nor a reference.
 */
export class Interpolation {
  readonly findings: Finding[] = [];
  readonly #env: Environment;
  readonly #root: string;

  constructor(env: Environment, root: string) {
    this.#env = env;
    this.#root = root;
  }

  /** A copy of the mapping with values in it; what has none is broken, and a finding says why. */
  mapping(node: MappingNode, path: ConfigPath): MappingNode {
    const entries = new Map<string, Entry>();
    for (const [key, entry] of node.entries) {
      entries.set(key, { ...entry, node: this.#node(entry.node, [...path, key]) });
    }
    return { ...node, entries };
  }

  #node(node: ConfigNode, path: ConfigPath): ConfigNode {
    if (node.kind === 'mapping') return this.mapping(node, path);
    if (node.kind === 'scalar') return this.#scalar(node, path);
    if (node.kind === 'broken') return node;
    return { ...node, items: node.items.map((item, index) => this.#node(item, [...path, index])) };
  }

  #scalar(node: ScalarNode, path: ConfigPath): ScalarNode | BrokenNode {
    const { value, position } = node;
    if (typeof value !== 'string' || !value.includes('${')) return node;
    const found: Lookup[] = [];
    const text = value.replace(PIECE, (piece: string, inner: string | undefined) => {
      if (piece === '$${') return '${';
      const lookup = this.#lookUp(inner ?? '');
      found.push(lookup);
      return lookup.text ?? '';
    });
    const reasons = found.flatMap(({ reason }) => reason ?? []);
    for (const message of reasons) this.findings.push({ path, position, message });
    if (reasons.length > 0) return { kind: 'broken', position };
    if (found.length === 0) return { ...node, value: text };
    const isWhole = value.match(PIECE)?.[0] === value;
    return { ...node, value: text, origin: { references: found.map(({ reference }) => reference), isWhole } };
  }

  #lookUp(inner: string): Lookup {
    const [, path] = FILE.exec(inner) ?? [];
    if (path !== undefined) return this.#readFile(path);
    const [, name, fallback] = VARIABLE.exec(inner) ?? [];
    if (name !== undefined) return this.#readVariable(name, fallback);
    const reason = 'expected ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for a plain ${';
    return { reference: '${', reason };
  }

  #readFile(path: string): Lookup {
    const reference = `\${file:${path}}`;
    const file = readTextFile(resolve(this.#root, path));
    if ('text' in file) return { reference, text: file.text.replace(/\r?\n$/, '') };
    return { reference, reason: `expected a file to read at ${path}, but ${file.reason}` };
  }

  #readVariable(name: string, fallback: string | undefined): Lookup {
    const reference = `\${${name}}`;
    const value = Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    if (fallback !== undefined) return { reference, text: value === undefined || value === '' ? fallback : value };
    if (value !== undefined) return { reference, text: value };
    const reason = `expected the environment variable ${name}, which is not set: set it, or write \${${name}:-default}`;
    return { reference, reason };
  }
}

interface Lookup {
  readonly reference: string;
  readonly text?: string;
  /** Why there is no text, as the message of a problem. */
  readonly reason?: string;
}
