import { resolve } from 'node:path';
import type { Finding } from '../problems/finding';
import type { ConfigPath } from '../problems/config-path';
import { readTextFile } from './text-file';
import type { BrokenNode, ConfigNode, Entry, MappingNode, ScalarNode } from './config-node';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Matches `$${`, the escape of `${`; a reference; or an incomplete reference. */
const REFERENCE_PATTERN = /\$\$\{|\$\{([^{}]*)\}|\$\{/g;
const VARIABLE_PATTERN = /^([A-Za-z_]\w*)(?::-(.*))?$/s;
const FILE_PATTERN = /^file:(.+)$/s;

/**
 * Resolves references in the texts of a parsed tree: `${NAME}`, `${NAME:-default}` (the default replaces a variable that is unset or
 * empty, as in a shell) and `${file:path}` (without the final line end; the path is relative to the project root). The inserted text is
 * not parsed again, neither as YAML nor for references.
 */
export class Interpolator {
  readonly findings: Finding[] = [];
  readonly #env: Environment;
  readonly #root: string;

  constructor(env: Environment, root: string) {
    this.#env = env;
    this.#root = root;
  }

  /** Copies the mapping with its references resolved. An unresolvable value becomes a broken node with a finding. */
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
  /** Why the reference cannot be resolved, as the message of a problem. */
  readonly reason?: string;
}
