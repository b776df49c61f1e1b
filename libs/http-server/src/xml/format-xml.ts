import { isRecord } from '@trunkline/failures';
import { escapeXmlAttribute, escapeXmlText, isXmlName, isXmlText } from './xml-characters';

/** First line of a document in UTF-8. */
const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A value with itself among its members would otherwise never end. */
const MAX_DEPTH = 100;

/** A value that XML cannot represent. The message names the element, and quotes no value. */
export class XmlValueError extends Error {}

/**
 * Formats an object whose one member is the root, in the notation of {@link parseXml}: child elements, attributes (`@name`), text (`#text`),
 * and lists of elements of one name. `null` and `undefined` are left out.
 *
 * @throws {XmlValueError} for a name or a value that XML does not have
 */
export function formatXml(document: unknown): string {
  const roots = isRecord(document) ? Object.entries(document).filter(([, root]) => isPresent(root)) : [];
  const [root] = roots;
  if (!root || roots.length !== 1 || Array.isArray(root[1]))
    throw new XmlValueError('an XML document is an object with one member, its root: { order: { sku: "A1" } }');
  return XML_DECLARATION + formatElements(...root);
}

/**
 * Formats the elements of one name: one for each value of a list.
 *
 * @throws {XmlValueError} as {@link formatXml} does
 */
function formatElements(name: string, value: unknown, depth = 1): string {
  if (!isXmlName(name)) throw new XmlValueError(`${JSON.stringify(name)} is not the name of an XML element`);
  if (depth > MAX_DEPTH) throw new XmlValueError(`XML is nested more than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((each: unknown) => formatElement(name, each, depth)).join('');
  return formatElement(name, value, depth);
}

function formatElement(name: string, value: unknown, depth: number): string {
  if (!isPresent(value)) return '';
  if (!isRecord(value) || value instanceof Date)
    return createElement(name, '', escapeXmlText(formatScalar(name, value)));
  let attributes = '';
  let content = '';
  for (const [key, member] of Object.entries(value)) {
    if (!isPresent(member)) continue;
    if (key.startsWith('@')) attributes += formatAttribute(key.slice(1), member);
    else if (key === '#text') content += escapeXmlText(formatScalar(name, member));
    else content += formatElements(key, member, depth + 1);
  }
  return createElement(name, attributes, content);
}

function formatAttribute(name: string, value: unknown): string {
  if (!isXmlName(name)) throw new XmlValueError(`${JSON.stringify(name)} is not the name of an XML attribute`);
  return ` ${name}="${escapeXmlAttribute(formatScalar(`@${name}`, value))}"`;
}

function createElement(name: string, attributes: string, content: string): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function formatScalar(name: string, value: unknown): string {
  if (typeof value === 'string' && isXmlText(value)) return value;
  if (typeof value === 'bigint' || typeof value === 'boolean' || Number.isFinite(value)) return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  throw new XmlValueError(
    `${name} must be text without control characters, a finite number, a boolean, a date, an object, or a list of them`,
  );
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
