import { parseStrictJson } from '@trunkline/http-server';
import type { BodyFormat } from '../body-format';
import { isUtf8Type } from '../media-type';

const JSON_TYPE = /^application\/(?:json|[\w!#$&^.+-]+\+json)$/;

/** JSON and `+json` (RFC 6839), read without loss. */
export const json: BodyFormat = {
  mediaTypes: ['application/json'],
  matches: (mediaType) => JSON_TYPE.test(mediaType.essence) && isUtf8Type(mediaType),
  input: 'members',
  isStorable: true,
  describe: (input) => input,
  load: () => Promise.resolve(parseStrictJson),
};
