import type { BodyFormat } from '../body-format';
import { decodeUtf8 } from '../malformed-body';
import { isUtf8Type } from '../media-type';

/** Plain text and other text in UTF-8, such as CSV. */
export const text: BodyFormat = {
  mediaTypes: ['text/plain'],
  matches: (mediaType) =>
    mediaType.essence.startsWith('text/') && mediaType.essence !== 'text/xml' && isUtf8Type(mediaType),
  input: 'whole',
  isStorable: true,
  describe: () => ({ type: 'string' }),
  load: () => Promise.resolve(decodeUtf8),
};
