import type { BodyFormat } from '../body-format';

/** Types of other formats, in a charset that they cannot read: they are text, not bytes. */
const TEXT_TYPE = /^(?:text\/.*|multipart\/.*|application\/(?:json|xml|x-www-form-urlencoded|.*\+json|.*\+xml))$/;

/** Bytes of any media type that no other format has, such as an image. */
export const binary: BodyFormat = {
  mediaTypes: ['application/octet-stream'],
  matches: ({ essence }) => !TEXT_TYPE.test(essence),
  input: 'whole',
  isStorable: false,
  describe: () => ({}),
  load: () => Promise.resolve((body) => body),
};
