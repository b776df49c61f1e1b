/**
 * Allows `${NAME}` without quotes in YAML's flow style, which would parse its braces as a mapping: `{ key: ${NAME} }`.
 *
 * Before parsing, the special characters of a reference are replaced by Unicode noncharacters, one for one, so that positions do not
 * change; afterwards they are restored. References are resolved later, in the parsed tree.
 */
const MASKS = new Map([
  ['{', '\uFDD0'],
  ['}', '\uFDD1'],
  ['[', '\uFDD2'],
  [']', '\uFDD3'],
  [',', '\uFDD4'],
]);
const UNMASKED = new Map([...MASKS].map(([character, cover]) => [cover, character]));

/** Matches complete references without quotes. YAML decides about anything else. */
const BARE_REFERENCE = /\$\{(?:[A-Za-z_]\w*(?::-[^{}"'\r\n]*)?|file:[^{}"'\r\n]*)\}/g;

/** @param text - without noncharacters, see {@link findInvalidCharacter} */
export function maskReferences(text: string): string {
  return text.replace(BARE_REFERENCE, (reference) =>
    reference.replace(/[{}[\],]/g, (character) => MASKS.get(character) ?? character),
  );
}

export function unmaskReferences(text: string): string {
  return text.replace(/[\uFDD0-\uFDD4]/g, (cover) => UNMASKED.get(cover) ?? cover);
}

/** Finds the first character that is not allowed in YAML text (YAML 1.2.2, 5.1, and Unicode's noncharacters); -1 if there is none. */
export function findInvalidCharacter(text: string): number {
  // oxlint-disable-next-line no-control-regex -- it finds control characters
  return text.search(/[\0-\x08\v\f\x0E-\x1F\x7F\uFDD0-\uFDEF\uFFFE\uFFFF]/);
}
