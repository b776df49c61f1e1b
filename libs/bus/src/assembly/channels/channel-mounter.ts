import { Inject, Injectable } from '@nestjs/common';
import { createChannel, createRestServer } from '@trunkline/channels';
import { ErrorResponder } from '@trunkline/http-server';
import type { OutgoingRest } from '@trunkline/outgoing';
import { SecurityDefinitions } from '@trunkline/security';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { resolveChannelService } from './channel-destination';
import { ChannelInvokerFactory } from './channel-invoker-factory';
import { listDeclaredErrors } from '../services/declared-errors';
import type { RestServerDependencies } from './rest-server-dependencies';
import { BUS_CONFIG, REST_SERVER_DEPENDENCIES } from '../../module/tokens';
import { describeChannels, readOpenApiPaths } from './describe-channels';

/** Puts the channels of a configuration in front of the application. */
@Injectable()
export class ChannelMounter {
  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(REST_SERVER_DEPENDENCIES) private readonly dependencies: RestServerDependencies | undefined,
    private readonly errorResponder: ErrorResponder,
    private readonly invokers: ChannelInvokerFactory,
  ) {}

  /** Makes a front of the channels and lets it take requests; does nothing in an application without an edge. */
  async mount(registry: ServiceRegistry, outgoing: OutgoingRest): Promise<void> {
    const { dependencies, errorResponder, config, invokers } = this;
    for (const [code, error] of listDeclaredErrors(registry, config)) errorResponder.catalogue.declare(code, error);
    if (!dependencies) return;
    const places = readOpenApiPaths(config);
    const front = await createRestServer({
      ...dependencies,
      invokers,
      security: new SecurityDefinitions(config.security.definitions, dependencies.security),
      channels: Object.entries(config.channels.rest).map(([name, options]) =>
        createChannel({ name, options, bus: config.bus, service: resolveChannelService(options, registry) }),
      ),
      openApi: places && {
        paths: places,
        createDocument: () => describeChannels(config, registry),
      },
      checkConnections: () => pingAllConnections(outgoing),
    });
    const pages = [places?.document, places?.docs, dependencies.errorPagesPath].filter((page) => page !== undefined);
    dependencies.listener.replaceRouter((request, response) => front.routing(request, response), pages);
  }
}

function pingAllConnections(outgoing: OutgoingRest) {
  return Promise.all(
    outgoing.names().map(async (name) => {
      const { state, code, ms } = await outgoing.ping(name);
      return { name, status: state, ...(code !== undefined && { code }), ...(ms !== undefined && { ms }) };
    }),
  );
}
