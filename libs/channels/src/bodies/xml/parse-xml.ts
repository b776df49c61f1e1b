import type * as FastXmlParser from 'fast-xml-parser';
import { isObject } from '@trunkline/failures';
import type { BodyParser } from '../body-format';
import { createMalformedBodyFailure, decodeUtf8 } from '../malformed-body';
import { findMarkupProblems } from './markup-problems';

type Library = Pick<typeof FastXmlParser, 'XMLParser' | 'XMLValidator'>;

/**
 * Loads the parser from XML to the content of its root: an object of child elements, attributes (`@name`) and mixed text (`#text`), or the
 * text of a root that has nothing else. An element that occurs several times is a list; all values are text.
 *
 * It throws `MALFORMED_BODY` for XML that is not well-formed, has a document type or unknown entities, or exceeds a limit.
 */
export async function loadXmlParser(): Promise<BodyParser> {
  const library = await import('fast-xml-parser');
  return (body, { maxDepth }) => {
    const text = decodeUtf8(body);
    const problems = findMarkupProblems(text);
    if (problems.length > 0) throw createMalformedBodyFailure(problems);
    const validity = library.XMLValidator.validate(text);
    // The message of the library may contain values of the body.
    if (validity !== true) throw createMalformedBodyFailure([`the body is not XML: see line ${validity.err.line}`]);
    return getRoot(parse(library, text, maxDepth));
  };
}

function parse({ XMLParser }: Library, text: string, maxDepth: number): unknown {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    // For character references; other entities than the five of XML have been rejected.
    htmlEntities: true,
    maxNestedTags: maxDepth,
  });
  try {
    const parsed: unknown = parser.parse(text);
    return parsed;
  } catch {
    throw createMalformedBodyFailure(['the body is nested too deeply, or has a reserved name such as __proto__']);
  }
}

function getRoot(parsed: unknown): unknown {
  const roots: readonly unknown[] = isObject(parsed) ? Object.values(parsed) : [];
  const [root] = roots;
  if (roots.length !== 1 || Array.isArray(root)) throw createMalformedBodyFailure(['the body needs exactly one root']);
  return root === '' ? {} : root;
}
