import { Inject, Injectable } from '@nestjs/common';
import { buildFront, type Channel, EDGE, type Edge, FailureReply } from '@trunkline/channels';
import type { OutgoingRest } from '@trunkline/outgoing';
import { SecurityDefinitions } from '@trunkline/security';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from './bus-config';
import { ChannelHandlers } from './channel-handlers';
import { declaredErrors } from './declared-errors';
import { channelOf } from './channel-of';
import { BUS_CONFIG } from './tokens';

/** Puts the channels of a configuration in front of the application. */
@Injectable()
export class ChannelMount {
  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(EDGE) private readonly edge: Edge | undefined,
    private readonly failures: FailureReply,
    private readonly handlers: ChannelHandlers,
  ) {}

  /** Makes a front of the channels and lets it take requests; does nothing in an application without an edge. */
  async mount(registry: ServiceRegistry, outgoing: OutgoingRest): Promise<void> {
    const { edge, failures, config } = this;
    for (const [code, error] of declaredErrors(registry, config)) failures.catalogue.declare(code, error);
    if (!edge) return;
    const { http, errors } = config.bus;
    const front = await buildFront({
      edge,
      http,
      channels: this.#channels(registry),
      handlerOf: (channel) => this.handlers.of(channel),
      failures,
      errorPagesAt: errors.typeBase.startsWith('/') ? errors.typeBase : undefined,
      askConnections: () => askConnections(outgoing),
    });
    edge.swap((request, response) => front.routing(request, response));
  }

  #channels(registry: ServiceRegistry): Channel[] {
    const { channels, bus, security } = this.config;
    const definitions = new SecurityDefinitions(security.definitions, bus.name);
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
