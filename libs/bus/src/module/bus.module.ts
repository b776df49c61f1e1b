import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { BusExceptionFilter, HTTP_LISTENER, findHttpListener, Idempotency, RateLimiter } from '@trunkline/channels';
import { type HttpListener, ErrorResponder } from '@trunkline/http-server';
import { ErrorCatalogue, Translator } from '@trunkline/failures';
import { Jobs } from '@trunkline/jobs';
import { OutgoingRest } from '@trunkline/outgoing';
import { SecurityDefinitions, type SecurityOptions } from '@trunkline/security';
import { CurrentInvocation, Invoker, ServiceRegistry } from '@trunkline/service';
import { RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { shutdownProvider } from '../lifecycle/shutdown';
import { startupProvider } from '../lifecycle/startup';
import { type BusConfig, loadBusConfig } from '../config/bus-config';
import { type BusModuleOptions, ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './bus.module-definition';
import { ChannelInvokerFactory } from '../assembly/channels/channel-invoker-factory';
import { ChannelMounter } from '../assembly/channels/channel-mounter';
import { HttpDrain } from '../lifecycle/http-drain';
import { ExceptionFilterOrder } from './exception-filter-order';
import {
  type RestServerDependencies,
  createRestServerDependencies,
} from '../assembly/channels/rest-server-dependencies';
import { createIdempotencyStore } from '../assembly/stores/create-idempotency-store';
import { createJobs } from '../assembly/create-jobs';
import { OpenApiChecker } from '../assembly/channels/openapi-checker';
import { createBusLogger } from '../assembly/create-bus-logger';
import { MaintenanceWatcher } from '../lifecycle/maintenance/maintenance-watcher';
import { OverloadLog } from '../lifecycle/overload-log';
import { createRateCounter } from '../assembly/stores/create-rate-counter';
import { ServiceAssembler } from '../assembly/services/service-assembler';
import { ServiceCollector } from '../assembly/services/service-collector';
import { createSecurityOptions } from '../assembly/create-security-options';
import { mapStoreErrors } from '../assembly/stores/store-errors';
import { BUS_CONFIG, REST_SERVER_DEPENDENCIES, LOGGER, REDIS, ROLE, SECURITY_OPTIONS } from './tokens';
import { createTranslator } from '../assembly/create-translator';

const SHARED_PROVIDERS: Provider[] = [
  {
    provide: BUS_CONFIG,
    inject: [MODULE_OPTIONS_TOKEN],
    useFactory: loadConfig,
  },
  {
    provide: LOGGER,
    inject: [BUS_CONFIG, MODULE_OPTIONS_TOKEN],
    useFactory: (config: BusConfig, { logger }: BusModuleOptions) => logger ?? createBusLogger(config),
  },
  { provide: ErrorCatalogue, useFactory: () => new ErrorCatalogue() },
  { provide: Translator, inject: [BUS_CONFIG, ErrorCatalogue], useFactory: createTranslator },
  {
    provide: ErrorResponder,
    inject: [Translator, LOGGER],
    useFactory: (translator: Translator, logger: Logger) => new ErrorResponder(translator, logger),
  },
  { provide: ServiceRegistry, useFactory: () => new ServiceRegistry() },
  { provide: CurrentInvocation, useFactory: () => new CurrentInvocation() },
  { provide: OutgoingRest, inject: [BUS_CONFIG, LOGGER, CurrentInvocation], useFactory: createOutgoing },
  { provide: Jobs, inject: [BUS_CONFIG, LOGGER, ServiceRegistry, ROLE], useFactory: createJobs },
  {
    provide: Invoker,
    inject: [BUS_CONFIG, LOGGER, ServiceRegistry, OutgoingRest, Jobs, CurrentInvocation],
    useFactory: createInvoker,
  },
  // For guards of controllers: channels have their own, made with each new configuration.
  {
    provide: SecurityDefinitions,
    inject: [BUS_CONFIG, SECURITY_OPTIONS],
    useFactory: ({ security }: BusConfig, parts: SecurityOptions) =>
      new SecurityDefinitions(security.definitions, parts),
  },
  { provide: ROLE, inject: [MODULE_OPTIONS_TOKEN], useFactory: ({ role = 'all' }: BusModuleOptions) => role },
  { provide: HTTP_LISTENER, inject: [HttpAdapterHost], useFactory: provideListener },
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
    ...SHARED_PROVIDERS,
    ServiceCollector,
    OpenApiChecker,
    ServiceAssembler,
    ChannelInvokerFactory,
    { provide: REDIS, inject: [BUS_CONFIG, LOGGER], useFactory: openRedis },
    { provide: SECURITY_OPTIONS, inject: [BUS_CONFIG, LOGGER, REDIS], useFactory: createSecurityOptions },
    { provide: Idempotency, inject: [BUS_CONFIG, LOGGER, ErrorResponder, REDIS], useFactory: createIdempotency },
    { provide: RateLimiter, inject: [BUS_CONFIG, LOGGER, REDIS], useFactory: createRateLimiter },
    {
      provide: REST_SERVER_DEPENDENCIES,
      inject: [BUS_CONFIG, ErrorResponder, Idempotency, RateLimiter, Jobs, HTTP_LISTENER, SECURITY_OPTIONS],
      useFactory: provideRestServerDependencies,
    },
    ChannelMounter,
    ExceptionFilterOrder,
    HttpDrain,
    MaintenanceWatcher,
    OverloadLog,
    startupProvider,
    shutdownProvider,
    { provide: APP_FILTER, useClass: BusExceptionFilter },
  ],
  exports: [...SHARED_PROVIDERS],
})
export class BusModule extends ConfigurableModuleClass {}

function loadConfig({ config = 'config', role }: BusModuleOptions): BusConfig {
  const loaded = typeof config === 'string' ? loadBusConfig({ directory: config, otherServices: undefined }) : config;
  // A host that is there for jobs answers no channels.
  return role === 'worker' ? { ...loaded, channels: { ...loaded.channels, rest: {} } } : loaded;
}

function createOutgoing(
  { outgoing, security }: BusConfig,
  logger: Logger,
  currentInvocation: CurrentInvocation,
): OutgoingRest {
  return new OutgoingRest({ outgoing, security: security.credentials, logger, currentInvocation });
}

// One parameter per injected provider is how Nest's factories are written.
// oxlint-disable-next-line max-params -- see above
function createInvoker(
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
    createOutgoing: (invocation) => rest.view(invocation),
    forwardedHeaders: rest.forwardedHeaders(),
    timeout: bus.http.requestTimeout,
  });
}

async function createIdempotency(
  config: BusConfig,
  logger: Logger,
  errorResponder: ErrorResponder,
  redis: RedisConnection | undefined,
): Promise<Idempotency> {
  const store = await createIdempotencyStore(config, redis, logger);
  return new Idempotency({ bus: config.bus.name, store, errorResponder, logger });
}

// One parameter per injected provider is how Nest's factories are written.
// oxlint-disable-next-line max-params -- see above
function provideRestServerDependencies(
  config: BusConfig,
  errorResponder: ErrorResponder,
  idempotency: Idempotency,
  rateLimiter: RateLimiter,
  jobs: Jobs,
  listener: HttpListener | undefined,
  security: SecurityOptions,
): RestServerDependencies | undefined {
  return createRestServerDependencies(config, {
    errorResponder,
    idempotency,
    rateLimiter,
    jobs,
    listener,
    security,
  });
}

async function openRedis({ bus, loaded }: BusConfig, logger: Logger): Promise<RedisConnection | undefined> {
  const { redis } = bus.stores;
  return redis === undefined
    ? undefined
    : mapStoreErrors(loaded, 'bus.stores.redis', () => RedisConnection.open(redis, logger));
}

function createRateLimiter(config: BusConfig, logger: Logger, redis: RedisConnection | undefined): RateLimiter {
  return new RateLimiter(createRateCounter(config, redis), logger);
}

function provideListener({ httpAdapter }: HttpAdapterHost) {
  return findHttpListener(httpAdapter);
}
