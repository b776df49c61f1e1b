/** A character that XML cannot contain, not even as a reference (XML 1.0 §2.2). */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const NAME_START = String.raw`[\p{L}\p{Nl}_]`;
const NAME_PART = String.raw`[\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}_.\u00b7-]`;
const QUALIFIED_NAME = new RegExp(`^${NAME_START}${NAME_PART}*(?::${NAME_START}${NAME_PART}*)?$`, 'u');

/** Normalization by readers would change a carriage return, and all white space of attributes but spaces (XML 1.0 §2.11, §3.3.3). */
const IN_TEXT = /[&<>\r]/g;
const IN_ATTRIBUTES = /[&<>"\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
const escapeCharacter = (character: string) => ESCAPES[character] ?? character;

/** Whether XML can contain a text. Control characters and lone surrogates are excluded. */
export function isXmlText(text: string): boolean {
  return !FORBIDDEN.test(text);
}

/** Whether a text is the name of an element or attribute, with or without a prefix. */
export function isXmlName(text: string): boolean {
  return QUALIFIED_NAME.test(text);
}

/** Escapes the text of an element. */
export function escapeXmlText(text: string): string {
  return text.replaceAll(IN_TEXT, escapeCharacter);
}

/** Escapes the value of an attribute in double quotes. */
export function escapeXmlAttribute(text: string): string {
  return text.replaceAll(IN_ATTRIBUTES, escapeCharacter);
}
