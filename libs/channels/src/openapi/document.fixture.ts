import type { DescribedChannel } from './described-channel';
import { openApiDocument, type OpenApiParts } from './document';

export const SERVICE = { name: 'a.service' };

/** A channel like others, but for what is its own. */
export function channel(own: Partial<DescribedChannel>): DescribedChannel {
  return { name: 'things.read', method: 'GET', path: '/things', service: SERVICE, ...own };
}

/** The document of these channels. */
export function documentOf(channels: readonly DescribedChannel[], errors: Partial<OpenApiParts['errors']> = {}) {
  const defaults = { format: 'problem', validationStatus: 400 } as const;
  return openApiDocument({
    info: { title: 'shop', version: '2' },
    channels,
    errors: { ...defaults, security: {}, pagesAt: '/errors/', ...errors },
  });
}

/** The operation of a channel, and the document that it is in. */
export function operationOf(own: Partial<DescribedChannel>, errors: Partial<OpenApiParts['errors']> = {}) {
  const described = channel(own);
  const document = documentOf([described], errors);
  const operation = document.paths[described.path]?.[described.method.toLowerCase()];
  if (!operation) throw new TypeError('the document does not have the channel');
  return { operation, document };
}
