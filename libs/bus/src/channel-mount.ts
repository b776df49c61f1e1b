import { Inject, Injectable } from '@nestjs/common';
import { buildFront, type Channel, FailureReply } from '@trunkline/channels';
import type { OutgoingRest } from '@trunkline/outgoing';
import { SecurityDefinitions } from '@trunkline/security';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from './bus-config';
import { ChannelHandlers } from './channel-handlers';
import { declaredErrors } from './declared-errors';
import { channelOf } from './channel-of';
import type { FrontBase } from './front-base';
import { BUS_CONFIG, FRONT_BASE } from './tokens';
import { openApiOf, openApiPlaces } from './openapi-of';

/** Puts the channels of a configuration in front of the application. */
@Injectable()
export class ChannelMount {
  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(FRONT_BASE) private readonly base: FrontBase | undefined,
    private readonly failures: FailureReply,
    private readonly handlers: ChannelHandlers,
  ) {}

  /** Makes a front of the channels and lets it take requests; does nothing in an application without an edge. */
  async mount(registry: ServiceRegistry, outgoing: OutgoingRest): Promise<void> {
    const { base, failures, config } = this;
    for (const [code, error] of declaredErrors(registry, config)) failures.catalogue.declare(code, error);
    if (!base) return;
    const places = openApiPlaces(config);
    const front = await buildFront({
      ...base,
      channels: this.#channels(registry, base),
      handlerOf: (channel) => this.handlers.of(channel),
      openApi: places && {
        at: places,
        document: () => openApiOf(config, registry),
      },
      askConnections: () => askConnections(outgoing),
    });
    const pages = [places?.document, places?.docs, base.errorPagesAt].filter((page) => page !== undefined);
    base.edge.swap((request, response) => front.routing(request, response), pages);
  }

  #channels(registry: ServiceRegistry, base: FrontBase): Channel[] {
    const { channels, bus, security } = this.config;
    const definitions = new SecurityDefinitions(security.definitions, base.security);
    return Object.entries(channels.rest).map(([name, options]) =>
      channelOf({ name, options, bus, registry, definitions }),
    );
  }
}

function askConnections(outgoing: OutgoingRest) {
  return Promise.all(
    outgoing.names().map(async (name) => {
      const { state, code, ms } = await outgoing.ping(name);
      return { name, status: state, ...(code !== undefined && { code }), ...(ms !== undefined && { ms }) };
    }),
  );
}
