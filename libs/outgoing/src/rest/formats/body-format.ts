import { z } from 'zod';

/** The values of the setting `format`. */
const BODY_FORMATS = ['json', 'form', 'multipart', 'xml', 'text', 'binary'] as const;

/**
 * The format of the body of a request.
 *
 * - `json`: any value, strings included
 * - `form`: an object as `application/x-www-form-urlencoded`; a list repeats its key
 * - `multipart`: an object as `multipart/form-data`; a {@link FilePart} is a file
 * - `xml`: an object as `application/xml`; its one member is the root, `@name` an attribute, and `#text` the text of an element
 * - `text`: a string as `text/plain` in UTF-8
 * - `binary`: bytes as `application/octet-stream`
 */
export type BodyFormat = (typeof BODY_FORMATS)[number];

/** The setting `format` of an operation. */
export const bodyFormat = z
  .enum(BODY_FORMATS)
  .describe(
    'Format of the body: `json`, `form` (application/x-www-form-urlencoded), `multipart` (multipart/form-data), `xml` (application/xml), `text` or `binary`. Default: strings and bytes as they are, other values as JSON. With it, a DELETE has a body, too',
  );
