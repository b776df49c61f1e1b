import type { FactoryProvider } from '@nestjs/common';
import {
  createChannel,
  createRestServer,
  HTTP_LISTENER,
  Idempotency,
  RateLimiter,
  type RestServerOptions,
} from '@trunkline/channels';
import { ErrorResponder, type HttpListener } from '@trunkline/http-server';
import { Jobs } from '@trunkline/jobs';
import type { OutgoingConnections } from '@trunkline/outgoing';
import { SecurityDefinitions, type SecurityOptions } from '@trunkline/security';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { readErrorPagesPath, readOpenApiPaths } from '../../config/bus-paths';
import { BUS_CONFIG, SECURITY_OPTIONS } from '../../module/tokens';
import { listDeclaredErrors } from '../services/declared-errors';
import { resolveChannelService } from './channel-destination';
import { ChannelInvokerFactory } from './channel-invoker-factory';
import { describeChannels } from './describe-channels';

/** What channels need of the application. */
interface ChannelMounterOptions extends Pick<
  RestServerOptions,
  'errorResponder' | 'idempotency' | 'rateLimiter' | 'jobs' | 'invokers'
> {
  readonly config: BusConfig;
  /** `undefined` in an application without the adapter of the bus: it has no channels. */
  readonly listener: HttpListener | undefined;
  readonly securityOptions: SecurityOptions;
}

/** Puts the channels of a configuration in front of the application. */
export class ChannelMounter {
  readonly #options: ChannelMounterOptions;

  constructor(options: ChannelMounterOptions) {
    this.#options = options;
  }

  /** Creates a REST server with the channels and routes requests to it. Does nothing in an application without a listener. */
  async mount(registry: ServiceRegistry, outgoing: OutgoingConnections): Promise<void> {
    const { config, listener, securityOptions, ...dependencies } = this.#options;
    const { catalogue } = dependencies.errorResponder;
    for (const [code, error] of listDeclaredErrors(registry, config)) catalogue.declare(code, error);
    if (!listener) return;
    const openApi = createOpenApi(config, registry);
    const errorPagesPath = readErrorPagesPath(config);
    const server = await createRestServer({
      ...dependencies,
      listener,
      http: config.bus.http,
      security: new SecurityDefinitions(config.security.definitions, securityOptions),
      channels: config.channels.map(({ name, options, features }) =>
        createChannel({ name, options, features, bus: config.bus, service: resolveChannelService(options, registry) }),
      ),
      openApi,
      errorPagesPath,
      checkConnections: () => pingAllConnections(outgoing),
    });
    const pages = [openApi?.paths.document, openApi?.paths.docs, errorPagesPath].filter((page) => page !== undefined);
    listener.replaceRouter((request, response) => server.routing(request, response), pages);
  }
}

/** Provides the {@link ChannelMounter} of a bus. */
export const channelMounterProvider: FactoryProvider<ChannelMounter> = {
  provide: ChannelMounter,
  inject: [
    BUS_CONFIG,
    HTTP_LISTENER,
    ErrorResponder,
    Idempotency,
    RateLimiter,
    Jobs,
    SECURITY_OPTIONS,
    ChannelInvokerFactory,
  ],
  // One parameter per injected provider is how Nest's factories are written.
  // oxlint-disable-next-line max-params -- see above
  useFactory: (
    config: BusConfig,
    listener: HttpListener | undefined,
    errorResponder: ErrorResponder,
    idempotency: Idempotency,
    rateLimiter: RateLimiter,
    jobs: Jobs,
    securityOptions: SecurityOptions,
    invokers: ChannelInvokerFactory,
  ) =>
    new ChannelMounter({ config, listener, errorResponder, idempotency, rateLimiter, jobs, securityOptions, invokers }),
};

function createOpenApi(config: BusConfig, registry: ServiceRegistry): RestServerOptions['openApi'] {
  const paths = readOpenApiPaths(config);
  return paths && { paths, createDocument: () => describeChannels(config, registry) };
}

function pingAllConnections(outgoing: OutgoingConnections) {
  return Promise.all(
    outgoing.names().map(async (name) => {
      const { state, code, ms } = await outgoing.ping(name);
      return { name, status: state, ...(code !== undefined && { code }), ...(ms !== undefined && { ms }) };
    }),
  );
}
