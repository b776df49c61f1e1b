import type * as HttpServer from '@trunkline/http-server';

type XmlCodec = Pick<typeof HttpServer, 'formatXml' | 'MalformedXmlError' | 'parseXml' | 'XmlValueError'>;

/** Loads the reader and the writer of XML, with the first call that has XML. */
export function loadXmlCodec(): XmlCodec {
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const codec: XmlCodec = require('@trunkline/http-server');
  return codec;
}
