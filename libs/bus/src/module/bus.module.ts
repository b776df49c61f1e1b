import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { BusExceptionFilter, findHttpListener, HTTP_LISTENER, RateLimiter } from '@trunkline/channels';
import { ErrorCatalogue, Translator } from '@trunkline/failures';
import { ErrorResponder } from '@trunkline/http-server';
import { Jobs } from '@trunkline/jobs';
import { OutgoingConnections } from '@trunkline/outgoing';
import { SecurityDefinitions, type SecurityOptions } from '@trunkline/security';
import { CurrentInvocation, ServiceRegistry } from '@trunkline/service';
import type { RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { ChannelInvokerFactory } from '../assembly/channels/channel-invoker-factory';
import { channelMounterProvider } from '../assembly/channels/channel-mounter';
import { OpenApiChecker } from '../assembly/channels/openapi-checker';
import { createBusLogger } from '../assembly/create-bus-logger';
import { createJobs } from '../assembly/create-jobs';
import { createOutgoing, type OutgoingResources } from '../assembly/create-outgoing';
import { createSecurityOptions } from '../assembly/create-security-options';
import { createTranslator } from '../assembly/create-translator';
import { invokerProvider } from '../assembly/invoker-provider';
import { ServiceAssembler } from '../assembly/services/service-assembler';
import { ServiceCollector } from '../assembly/services/service-collector';
import { createRateLimiter } from '../assembly/stores/create-rate-limiter';
import { idempotencyProvider } from '../assembly/stores/idempotency-provider';
import { openRedis } from '../assembly/stores/open-redis';
import { type BusConfig } from '../config/bus-config';
import { HttpDrain } from '../lifecycle/http-drain';
import { MaintenanceWatcher } from '../lifecycle/maintenance/maintenance-watcher';
import { OverloadLog } from '../lifecycle/overload-log';
import { shutdownProvider } from '../lifecycle/shutdown';
import { startupProvider } from '../lifecycle/startup';
import { type BusModuleOptions, ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './bus.module-definition';
import { ExceptionFilterOrder } from './exception-filter-order';
import { loadConfigForRole } from './load-config-for-role';
import { BUS_CONFIG, LOGGER, OUTGOING_RESOURCES, REDIS, ROLE, SECURITY_OPTIONS } from './tokens';

const SHARED_PROVIDERS: Provider[] = [
  {
    provide: BUS_CONFIG,
    inject: [MODULE_OPTIONS_TOKEN],
    useFactory: ({ config, role }: BusModuleOptions) => loadConfigForRole(config, role),
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
  {
    provide: OUTGOING_RESOURCES,
    inject: [CurrentInvocation, { token: REDIS, optional: true }],
    useFactory: (currentInvocation: CurrentInvocation, redis?: RedisConnection): OutgoingResources => ({
      currentInvocation,
      redis,
    }),
  },
  { provide: OutgoingConnections, inject: [BUS_CONFIG, LOGGER, OUTGOING_RESOURCES], useFactory: createOutgoing },
  { provide: Jobs, inject: [BUS_CONFIG, LOGGER, ServiceRegistry, ROLE], useFactory: createJobs },
  invokerProvider,
  // For guards of controllers. Channels have their own, created with their REST server.
  {
    provide: SecurityDefinitions,
    inject: [BUS_CONFIG, SECURITY_OPTIONS],
    useFactory: ({ security }: BusConfig, options: SecurityOptions) =>
      new SecurityDefinitions(security.definitions, options),
  },
  { provide: ROLE, inject: [MODULE_OPTIONS_TOKEN], useFactory: ({ role = 'all' }: BusModuleOptions) => role },
  {
    provide: HTTP_LISTENER,
    inject: [HttpAdapterHost],
    useFactory: ({ httpAdapter }: HttpAdapterHost) => findHttpListener(httpAdapter),
  },
];

/**
 * The bus as a module of a Nest application: `BusModule.forRoot({ config: 'config' })`. Its services are the classes of
 * `bus.services`, and every provider of the application that is declared with `@BusService`.
 *
 * Channels need an application created with `busAdapter()`. In any other application services can be invoked, but have no channels.
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
    idempotencyProvider,
    { provide: RateLimiter, inject: [BUS_CONFIG, LOGGER, REDIS], useFactory: createRateLimiter },
    channelMounterProvider,
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
