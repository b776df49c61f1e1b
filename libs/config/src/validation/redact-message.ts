import { type ConfigNode, listScalars } from '../source/config-node';

/** Shorter values would be found in innocent words. */
const MIN_REDACTED_LENGTH = 4;

/**
 * Takes out of a message, which others may have worded, the values it must not show: the secrets at or below a node, and
 * what came there from the environment or a file. A reference takes the place of its value.
 */
export function redactMessage(message: string, node: ConfigNode | undefined, secrets: ReadonlySet<ConfigNode>): string {
  if (!node) return message;
  return [...listScalars(node)]
    .filter((scalar) => scalar.origin || secrets.has(scalar))
    .map(({ value, origin }) => ({ value: String(value ?? ''), standIn: origin?.references.join(' and ') ?? '…' }))
    .filter(({ value }) => value.length >= MIN_REDACTED_LENGTH)
    .sort((a, b) => b.value.length - a.value.length) // so that a value goes before a part of it that is another value
    .reduce((text, { value, standIn }) => text.replaceAll(value, () => standIn), message);
}
