import { loadXmlLibrary, MalformedXmlError, parseXml } from '@trunkline/http-server';
import type { BodyParser } from '../body-format';
import { createMalformedBodyFailure, decodeUtf8 } from '../malformed-body';

/**
 * Loads the parser from XML to the content of its root: an object of child elements, attributes (`@name`) and mixed text (`#text`), or the
 * text of a root that has nothing else. An element that occurs several times is a list; all values are text.
 *
 * It throws `MALFORMED_BODY` for XML that is not well-formed, has a document type or unknown entities, or exceeds a limit.
 */
export function loadXmlParser(): Promise<BodyParser> {
  loadXmlLibrary();
  return Promise.resolve((body, { maxDepth }) => {
    const text = decodeUtf8(body);
    try {
      const [root] = Object.values(parseXml(text, { maxDepth }));
      return root === '' ? {} : root;
    } catch (thrown) {
      throw thrown instanceof MalformedXmlError ? createMalformedBodyFailure(thrown.problems) : thrown;
    }
  });
}
