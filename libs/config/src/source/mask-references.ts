/**
 * Lets `${NAME}` stand without quotes where YAML's flow style would read its braces as a mapping: `{ key: ${NAME} }`.
 *
 * For the parser, the characters of a reference that mean something in flow style are covered by Unicode noncharacters,
 * one for one, so that every position stays true; in what the parser returns they are uncovered again. No value is put in
 * here: that happens in the parsed tree.
 */
const MASKS = new Map([
  ['{', '\uFDD0'],
  ['}', '\uFDD1'],
  ['[', '\uFDD2'],
  [']', '\uFDD3'],
  [',', '\uFDD4'],
]);
const UNMASKED = new Map([...MASKS].map(([character, cover]) => [cover, character]));

/** Only what is a reference to the end, without quotes in it: anything else stays as it is and YAML has its say. */
const BARE_REFERENCE = /\$\{(?:[A-Za-z_]\w*(?::-[^{}"'\r\n]*)?|file:[^{}"'\r\n]*)\}/g;

/** @param text - free of noncharacters, see {@link findInvalidCharacter} */
export function maskReferences(text: string): string {
  return text.replace(BARE_REFERENCE, (reference) =>
    reference.replace(/[{}[\],]/g, (character) => MASKS.get(character) ?? character),
  );
}

export function unmaskReferences(text: string): string {
  return text.replace(/[\uFDD0-\uFDD4]/g, (cover) => UNMASKED.get(cover) ?? cover);
}

/** The offset of the first character that has no place in a text (YAML 1.2.2, 5.1, and Unicode's noncharacters); -1: none. */
export function findInvalidCharacter(text: string): number {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.search(/[\0-\x08\v\f\x0E-\x1F\x7F\uFDD0-\uFDEF\uFFFE\uFFFF]/);
}
