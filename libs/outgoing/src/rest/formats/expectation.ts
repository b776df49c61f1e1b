import type { Readable } from 'node:stream';
import { z } from 'zod';

/** The values of the setting `expect`. */
const EXPECTATIONS = ['json', 'xml', 'text', 'binary', 'stream', 'nothing'] as const;

/**
 * What the body of a successful response is read as.
 *
 * - `json`: a value; anything that is not declared as JSON is `UPSTREAM_INVALID_RESPONSE`
 * - `xml`: an object whose one member is the root; anything that is not declared as XML is `UPSTREAM_INVALID_RESPONSE`
 * - `text`: a string, decoded by the declared charset or the byte order mark, by default UTF-8
 * - `binary`: the bytes
 * - `stream`: a `Readable` of the bytes, as soon as the head of the response is there; it must be read or destroyed
 * - `nothing`: the body is ignored, whatever it is
 */
export type Expectation = (typeof EXPECTATIONS)[number];

/** XML as an object whose one member is the root; `undefined` where the response has no body. */
type XmlDocument = Readonly<Record<string, unknown>> | undefined;

/** The type of `data` of a successful response, by what the call expects. */
export interface ExpectedData {
  readonly xml: XmlDocument;
  readonly text: string;
  readonly binary: Uint8Array;
  readonly stream: Readable;
  readonly nothing: undefined;
}

/** The setting `expect` of an operation. */
export const expectation = z
  .enum(EXPECTATIONS)
  .describe(
    'What the body of a success is read as: `json`, strictly; `xml`, strictly, an object with its root; `text` in its declared charset; `binary`, bytes; `stream`, bytes as they arrive, without a limit; `nothing`, the body is ignored. Default: json',
  );
