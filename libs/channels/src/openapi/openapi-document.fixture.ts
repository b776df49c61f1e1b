import type { ServiceDeclaration } from '@trunkline/service';
import type { z } from 'zod';
import { channelFeatures } from '../features';
import type { ChannelDefaults } from '../http/channel';
import { restChannelOptions } from '../kinds/rest/kind';
import type { DescribedRoute } from './describe-features';
import { createOpenApiDocument } from './create-openapi-document';
import type { OpenApiDocumentOptions } from './document-options';

export const SERVICE = { name: 'a.service' };

const BUS_DEFAULTS: ChannelDefaults = {
  security: 'none',
  authFailures: 'off',
  http: { requestTimeout: 15_000, compression: 'off' },
  errors: { partialStatus: 200 },
};

interface ChannelFixture extends Omit<Partial<z.input<typeof restChannelOptions>>, 'service'> {
  readonly name?: string;
  readonly service?: ServiceDeclaration;
  readonly bus?: Partial<ChannelDefaults>;
}

/** Creates `GET /things`, with other options where they are given. */
export function createDescribedChannel({
  name = 'things.read',
  service = SERVICE,
  bus,
  ...options
}: ChannelFixture): DescribedRoute {
  const defaults = { method: 'GET', path: '/things', service: service.name };
  return {
    name,
    features: channelFeatures,
    service,
    bus: { ...BUS_DEFAULTS, ...bus },
    options: restChannelOptions.parse({ ...defaults, ...options }),
  };
}

type DocumentFixture = Partial<Pick<OpenApiDocumentOptions, 'security'> & OpenApiDocumentOptions['errors']>;

/** Creates the document of some channels. */
export function createDocument(
  channels: readonly DescribedRoute[],
  { security = {}, ...errors }: DocumentFixture = {},
) {
  const defaults = { format: 'problem', validationStatus: 400, pagesPath: '/errors/' } as const;
  return createOpenApiDocument({
    info: { title: 'shop', version: '2' },
    channels,
    security,
    errors: { ...defaults, ...errors },
  });
}

/** Creates the operation of a channel, and the document that it is in. */
export function createOperation(fixture: ChannelFixture, context: DocumentFixture = {}) {
  const channel = createDescribedChannel(fixture);
  const { method, path } = channel.options;
  const document = createDocument([channel], context);
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new TypeError('the document does not have the channel');
  return { operation, document };
}
