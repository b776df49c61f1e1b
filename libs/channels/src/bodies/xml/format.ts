import type { BodyFormat } from '../body-format';
import { isUtf8Type } from '../media-type';
import { loadXmlParser } from './parse-xml';

const XML_TYPE = /^(?:(?:application|text)\/xml|application\/[\w!#$&^.+-]+\+xml)$/;

/** XML in UTF-8 without a document type; the children and attributes (`@name`) of its root are the members. */
export const xml: BodyFormat = {
  mediaTypes: ['application/xml', 'text/xml'],
  matches: (mediaType) => XML_TYPE.test(mediaType.essence) && isUtf8Type(mediaType),
  input: 'text',
  isStorable: true,
  describe: (input) => input,
  load: loadXmlParser,
};
