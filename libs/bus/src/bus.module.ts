import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import {
  BusExceptionFilter,
  EDGE,
  edgeOfAdapter,
  type Edge,
  FailureReply,
  Idempotency,
  RateLimiter,
} from '@trunkline/channels';
import { ErrorCatalogue, Translator } from '@trunkline/failures';
import { Jobs } from '@trunkline/jobs';
import { OutgoingRest } from '@trunkline/outgoing';
import { SecurityDefinitions, type SecurityParts } from '@trunkline/security';
import { CurrentInvocation, Invoker, ServiceRegistry } from '@trunkline/service';
import { RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { BusEnd } from './bus-end';
import { BusStart } from './bus-start';
import { type BusConfig, loadBusConfig } from './bus-config';
import { type BusModuleOptions, ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './bus.module-definition';
import { ChannelHandlers } from './channel-handlers';
import { ChannelInvocations } from './channel-invocations';
import { ChannelMount } from './channel-mount';
import { Drain } from './drain';
import { FilterOrder } from './filter-order';
import { type FrontBase, frontBaseOf } from './front-base';
import { idempotencyStoreOf } from './idempotency-store-of';
import { JobEnd } from './job-end';
import { JobStart } from './job-start';
import { jobsOf } from './jobs-of';
import { KeptRequests } from './kept-requests';
import { DescriptionCheck } from './description-check';
import { loggerOf } from './logger-of';
import { MaintenanceWatch } from './maintenance/maintenance-watch';
import { OverloadLog } from './overload-log';
import { rateCounterOf } from './rate-counter-of';
import { ServiceAssembly } from './service-assembly';
import { ServiceCollection } from './service-collection';
import { securityPartsOf } from './security-parts';
import { placeStoreProblem } from './store-problem';
import { BUS_CONFIG, FRONT_BASE, LOGGER, REDIS, ROLE, SECURITY_PARTS } from './tokens';
import { translatorOf } from './translator-of';

const SHARED: Provider[] = [
  {
    provide: BUS_CONFIG,
    inject: [MODULE_OPTIONS_TOKEN],
    useFactory: configOf,
  },
  {
    provide: LOGGER,
    inject: [BUS_CONFIG, MODULE_OPTIONS_TOKEN],
    useFactory: (config: BusConfig, { logger }: BusModuleOptions) => logger ?? loggerOf(config),
  },
  { provide: ErrorCatalogue, useFactory: () => new ErrorCatalogue() },
  { provide: Translator, inject: [BUS_CONFIG, ErrorCatalogue], useFactory: translatorOf },
  {
    provide: FailureReply,
    inject: [Translator, LOGGER],
    useFactory: (translator: Translator, logger: Logger) => new FailureReply(translator, logger),
  },
  { provide: ServiceRegistry, useFactory: () => new ServiceRegistry() },
  { provide: CurrentInvocation, useFactory: () => new CurrentInvocation() },
  { provide: OutgoingRest, inject: [BUS_CONFIG, LOGGER], useFactory: outgoingOf },
  { provide: Jobs, inject: [BUS_CONFIG, LOGGER, ServiceRegistry, ROLE], useFactory: jobsOf },
  {
    provide: Invoker,
    inject: [BUS_CONFIG, LOGGER, ServiceRegistry, OutgoingRest, Jobs, CurrentInvocation],
    useFactory: invokerOf,
  },
  // For guards of controllers: channels have their own, made with each new configuration.
  {
    provide: SecurityDefinitions,
    inject: [BUS_CONFIG, SECURITY_PARTS],
    useFactory: ({ security }: BusConfig, parts: SecurityParts) => new SecurityDefinitions(security.definitions, parts),
  },
  { provide: ROLE, inject: [MODULE_OPTIONS_TOKEN], useFactory: ({ role = 'all' }: BusModuleOptions) => role },
  { provide: EDGE, inject: [HttpAdapterHost], useFactory: edgeOf },
];

/**
 * The bus as a module of a Nest application: `BusModule.forRoot({ config: 'config' })`. Services are the classes of
 * `bus.services`, and every provider of the application that is declared with `@BusService`.
 *
 * Channels need the application to be created with `busAdapter()`; without it, services can be invoked but not reached.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    ...SHARED,
    ServiceCollection,
    DescriptionCheck,
    ServiceAssembly,
    ChannelInvocations,
    ChannelHandlers,
    { provide: REDIS, inject: [BUS_CONFIG, LOGGER], useFactory: redisOf },
    { provide: SECURITY_PARTS, inject: [BUS_CONFIG, LOGGER, REDIS], useFactory: securityPartsOf },
    { provide: Idempotency, inject: [BUS_CONFIG, LOGGER, FailureReply, REDIS], useFactory: idempotencyOf },
    { provide: RateLimiter, inject: [BUS_CONFIG, LOGGER, REDIS], useFactory: limiterOf },
    {
      provide: FRONT_BASE,
      inject: [BUS_CONFIG, FailureReply, RateLimiter, Jobs, EDGE, SECURITY_PARTS],
      useFactory: frontBase,
    },
    ChannelMount,
    KeptRequests,
    FilterOrder,
    Drain,
    JobStart,
    JobEnd,
    MaintenanceWatch,
    OverloadLog,
    BusStart,
    BusEnd,
    { provide: APP_FILTER, useClass: BusExceptionFilter },
  ],
  exports: [...SHARED],
})
export class BusModule extends ConfigurableModuleClass {}

function configOf({ config = 'config', role }: BusModuleOptions): BusConfig {
  const loaded = typeof config === 'string' ? loadBusConfig({ directory: config, otherServices: undefined }) : config;
  // A host that is there for jobs answers no channels.
  return role === 'worker' ? { ...loaded, channels: { ...loaded.channels, rest: {} } } : loaded;
}

function outgoingOf({ outgoing, security }: BusConfig, logger: Logger): OutgoingRest {
  return new OutgoingRest({ outgoing, security: security.credentials, logger });
}

// One parameter per injected provider is how Nest's factories are written.
// oxlint-disable-next-line max-params -- see above
function invokerOf(
  { bus }: BusConfig,
  logger: Logger,
  registry: ServiceRegistry,
  rest: OutgoingRest,
  jobs: Jobs,
  currentInvocation: CurrentInvocation,
): Invoker {
  return new Invoker({
    registry,
    logger,
    currentInvocation,
    jobs,
    outgoing: (invocation) => rest.for(invocation),
    forwardedHeaders: rest.forwardedHeaders(),
    timeout: bus.http.requestTimeout,
  });
}

async function idempotencyOf(
  config: BusConfig,
  logger: Logger,
  failures: FailureReply,
  redis: RedisConnection | undefined,
): Promise<Idempotency> {
  const store = await idempotencyStoreOf(config, redis, logger);
  return new Idempotency({ bus: config.bus.name, store, failures, logger });
}

// One parameter per injected provider is how Nest's factories are written.
// oxlint-disable-next-line max-params -- see above
function frontBase(
  config: BusConfig,
  failures: FailureReply,
  limiter: RateLimiter,
  jobs: Jobs,
  edge: Edge | undefined,
  security: SecurityParts,
): FrontBase | undefined {
  return frontBaseOf(config, { failures, limiter, jobs, edge, security });
}

async function redisOf({ bus, loaded }: BusConfig, logger: Logger): Promise<RedisConnection | undefined> {
  const { redis } = bus.stores;
  return redis === undefined
    ? undefined
    : placeStoreProblem(loaded, 'bus.stores.redis', () => RedisConnection.open(redis, logger));
}

function limiterOf(config: BusConfig, logger: Logger, redis: RedisConnection | undefined): RateLimiter {
  return new RateLimiter(rateCounterOf(config, redis), logger);
}

function edgeOf({ httpAdapter }: HttpAdapterHost) {
  return edgeOfAdapter(httpAdapter);
}
