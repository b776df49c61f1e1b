import type { FactoryProvider } from '@nestjs/common';
import { Jobs } from '@trunkline/jobs';
import { OutgoingConnections } from '@trunkline/outgoing';
import { CurrentInvocation, Invoker, ServiceRegistry } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';
import { BUS_CONFIG, LOGGER } from '../module/tokens';

/** Provides the {@link Invoker} of a bus. */
export const invokerProvider: FactoryProvider<Invoker> = {
  provide: Invoker,
  inject: [BUS_CONFIG, LOGGER, ServiceRegistry, OutgoingConnections, Jobs, CurrentInvocation],
  // One parameter per injected provider is how Nest's factories are written.
  // oxlint-disable-next-line max-params -- see above
  useFactory: (
    { bus }: BusConfig,
    logger: Logger,
    registry: ServiceRegistry,
    rest: OutgoingConnections,
    jobs: Jobs,
    currentInvocation: CurrentInvocation,
  ) =>
    new Invoker({
      registry,
      logger,
      currentInvocation,
      jobs,
      createOutgoing: (invocation) => rest.view(invocation),
      forwardedHeaders: rest.forwardedHeaders(),
      timeout: bus.http.requestTimeout,
    }),
};
