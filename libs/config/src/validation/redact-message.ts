import { type ConfigNode, listScalars } from '../source/config-node';

/** Shorter values occur in ordinary words. */
export const MIN_REDACTED_LENGTH = 4;

/**
 * Removes values from a message that it must not show: the secrets at or below a node, and values from the environment or a file, which
 * are replaced by their references.
 */
export function redactMessage(message: string, node: ConfigNode | undefined, secrets: ReadonlySet<ConfigNode>): string {
  if (!node) return message;
  return [...listScalars(node)]
    .filter((scalar) => scalar.origin || secrets.has(scalar))
    .map(({ value, origin }) => ({ value: String(value ?? ''), standIn: origin?.references.join(' and ') ?? '…' }))
    .filter(({ value }) => value.length >= MIN_REDACTED_LENGTH)
    .sort((a, b) => b.value.length - a.value.length) // so that a value is replaced before another value that is a part of it
    .reduce((text, { value, standIn }) => text.replaceAll(value, () => standIn), message);
}
