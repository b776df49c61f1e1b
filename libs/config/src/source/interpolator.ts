import { resolve } from 'node:path';
import type { Finding } from '../problems/finding';
import type { ConfigPath } from '../problems/config-path';
import { readTextFile } from './text-file';
import type { BrokenNode, ConfigNode, Entry, MappingNode, ScalarNode } from './config-node';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${`, which stands for a plain `${`; or a reference; or a `${` that does not become one. */
const REFERENCE_PATTERN = /\$\$\{|\$\{([^{}]*)\}|\$\{/g;
const VARIABLE_PATTERN = /^([A-Za-z_]\w*)(?::-(.*))?$/s;
const FILE_PATTERN = /^file:(.+)$/s;

/**
 * Puts values in the place of references, in texts of a parsed tree: `${NAME}` and `${NAME:-default}` (the default stands
 * in for a variable that is not set or empty, as in a shell) and `${file:path}` (without the line end that closes the file,
 * the path from the project root). What is put in is text and stays text: it can become neither YAML nor a reference.
 */
export class Interpolator {
  readonly findings: Finding[] = [];
  readonly #env: Environment;
  readonly #root: string;

  constructor(env: Environment, root: string) {
    this.#env = env;
    this.#root = root;
  }

  /** A copy of the mapping with values in it; what has none is broken, and a finding says why. */
  interpolateMapping(node: MappingNode, path: ConfigPath): MappingNode {
    const entries = new Map<string, Entry>();
    for (const [key, entry] of node.entries) {
      entries.set(key, { ...entry, node: this.#interpolateNode(entry.node, [...path, key]) });
    }
    return { ...node, entries };
  }

  #interpolateNode(node: ConfigNode, path: ConfigPath): ConfigNode {
    if (node.kind === 'mapping') return this.interpolateMapping(node, path);
    if (node.kind === 'scalar') return this.#interpolateScalar(node, path);
    if (node.kind === 'broken') return node;
    return { ...node, items: node.items.map((item, index) => this.#interpolateNode(item, [...path, index])) };
  }

  #interpolateScalar(node: ScalarNode, path: ConfigPath): ScalarNode | BrokenNode {
    const { value, position } = node;
    if (typeof value !== 'string' || !value.includes('${')) return node;
    const found: Lookup[] = [];
    const text = value.replace(REFERENCE_PATTERN, (piece: string, inner: string | undefined) => {
      if (piece === '$${') return '${';
      const lookup = this.#resolveReference(inner ?? '');
      found.push(lookup);
      return lookup.text ?? '';
    });
    const reasons = found.flatMap(({ reason }) => reason ?? []);
    for (const message of reasons) this.findings.push({ path, position, message });
    if (reasons.length > 0) return { kind: 'broken', position };
    if (found.length === 0) return { ...node, value: text };
    const isWhole = value.match(REFERENCE_PATTERN)?.[0] === value;
    return { ...node, value: text, origin: { references: found.map(({ reference }) => reference), isWhole } };
  }

  #resolveReference(inner: string): Lookup {
    const [, path] = FILE_PATTERN.exec(inner) ?? [];
    if (path !== undefined) return this.#readFile(path);
    const [, name, fallback] = VARIABLE_PATTERN.exec(inner) ?? [];
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
