import type * as FastXmlParser from 'fast-xml-parser';
import { isObject } from '@trunkline/failures';
import { MalformedXmlError } from './malformed-xml-error';
import { findMarkupProblems, type XmlLimits } from './markup-problems';

type Library = Pick<typeof FastXmlParser, 'XMLParser' | 'XMLValidator'>;

/** How text with markup around it is kept. */
interface ParseRules {
  /** Whether the order of elements, and all white space, is kept. */
  readonly isOrdered: boolean;
}

/** Loads the library, which takes some milliseconds, before the first text is parsed. */
export function loadXmlLibrary(): Library {
  // oxlint-disable-next-line typescript/no-require-imports -- it is loaded by the first user of XML
  const library: Library = require('fast-xml-parser');
  return library;
}

/**
 * Parses XML to an object whose one member is the root: an object of child elements, attributes (`@name`) and mixed text (`#text`), or the
 * text of an element that has nothing else. An element that occurs several times is a list; all values are text, without white space around
 * it.
 *
 * @throws {MalformedXmlError} for XML that is not well-formed, has a document type or unknown entities, or exceeds a limit
 */
export function parseXml(text: string, limits: XmlLimits): Readonly<Record<string, unknown>> {
  const parsed = parseMarkup(text, limits, { isOrdered: false });
  const roots: readonly unknown[] = isObject(parsed) ? Object.values(parsed) : [];
  if (!isObject(parsed) || roots.length !== 1 || Array.isArray(roots[0])) throw createRootError();
  return parsed;
}

/** Parses XML to what the library returns. @throws as {@link parseXml} does */
function parseMarkup(text: string, limits: XmlLimits, { isOrdered }: ParseRules): unknown {
  const { XMLParser, XMLValidator } = loadXmlLibrary();
  const [problem, ...others] = findMarkupProblems(text, limits);
  if (problem !== undefined) throw new MalformedXmlError([problem, ...others]);
  const validity = XMLValidator.validate(text);
  // The message of the library may contain values of the body.
  if (validity !== true) throw new MalformedXmlError([`the body is not XML: see line ${validity.err.line}`]);
  const parser = new XMLParser({
    preserveOrder: isOrdered,
    trimValues: !isOrdered,
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    // For character references; other entities than the five of XML have been rejected.
    htmlEntities: true,
    maxNestedTags: limits.maxDepth,
  });
  try {
    const parsed: unknown = parser.parse(text);
    return parsed;
  } catch {
    throw new MalformedXmlError(['the body is nested too deeply, or has a reserved name such as __proto__']);
  }
}

/** Creates the error of a text without a root, or with several. */
function createRootError(): MalformedXmlError {
  return new MalformedXmlError(['the body needs exactly one root']);
}
