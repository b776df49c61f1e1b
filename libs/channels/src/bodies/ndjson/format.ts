import type { BodyFormat } from '../body-format';
import { isUtf8Type } from '../media-type';
import { parseLines } from './parse-lines';

/** No registered type; these are the ones in use. */
const MEDIA_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'];

/** Lines of JSON, which a service reads while they arrive. */
export const ndjson: BodyFormat = {
  mediaTypes: MEDIA_TYPES,
  matches: (mediaType) => MEDIA_TYPES.includes(mediaType.essence) && isUtf8Type(mediaType),
  input: 'whole',
  isStorable: false,
  describe: () => ({}),
  loadStreamed: () =>
    Promise.resolve((source, _contentType, { maxDepth, bodyLimit, uploads }) =>
      Promise.resolve({
        value: parseLines(source, { maxDepth, lineBytes: bodyLimit, totalBytes: uploads.total }),
        // What no service has read is discarded, so that the connection can end.
        release: () => Promise.resolve(void source.resume()),
      }),
    ),
};
