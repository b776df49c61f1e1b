import type { BodyFormat } from '../body-format';
import { isUtf8Type } from '../media-type';
import { parseForm } from './parse-form';

/** Fields of an HTML form (WHATWG URL, "application/x-www-form-urlencoded"). */
export const form: BodyFormat = {
  mediaTypes: ['application/x-www-form-urlencoded'],
  matches: (mediaType) => mediaType.essence === 'application/x-www-form-urlencoded' && isUtf8Type(mediaType),
  input: 'text',
  isStorable: true,
  describe: (input) => input,
  load: () => Promise.resolve(parseForm),
};
