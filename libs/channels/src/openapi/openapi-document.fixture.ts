import type { DescribedChannel } from './described-channel';
import { createOpenApiDocument, type OpenApiDocumentOptions } from './create-openapi-document';

export const SERVICE = { name: 'a.service' };

/** A channel like others, but for what is its own. */
export function createDescribedChannel(own: Partial<DescribedChannel>): DescribedChannel {
  return { name: 'things.read', method: 'GET', path: '/things', service: SERVICE, ...own };
}

/** The document of these channels. */
export function createDocument(
  channels: readonly DescribedChannel[],
  errors: Partial<OpenApiDocumentOptions['errors']> = {},
) {
  const defaults = { format: 'problem', validationStatus: 400 } as const;
  return createOpenApiDocument({
    info: { title: 'shop', version: '2' },
    channels,
    errors: { ...defaults, security: {}, pagesPath: '/errors/', ...errors },
  });
}

/** The operation of a channel, and the document that it is in. */
export function createOperation(
  own: Partial<DescribedChannel>,
  errors: Partial<OpenApiDocumentOptions['errors']> = {},
) {
  const described = createDescribedChannel(own);
  const document = createDocument([described], errors);
  const operation = document.paths[described.path]?.[described.method.toLowerCase()];
  if (!operation) throw new TypeError('the document does not have the channel');
  return { operation, document };
}
