import type { OnRequestStep, Representation } from '@trunkline/http-server';
import type { z } from 'zod';
import type { OnBodyStep } from './bodies/on-body';
import type { DescribedChannel } from './openapi/described-channel';
import type { OperationPart, OperationPartContext } from './openapi/operation-part';
import type { Channel, ConfiguredChannel } from './http/channel';
import type { CoreOptions, OptionProblem } from './http/channel-options';
import type { RequestHandler } from './http/request-handler';

/**
 * A cross-cutting concern of channels, such as authentication: its keys in the configuration, its step in the life of a request, and
 * its part of the OpenAPI document. A feature is a folder of `features/` and a line of `features.ts`.
 *
 * Every function is called once per channel. A function that the feature does not need is left out.
 *
 * @typeParam Options - values of the feature's own keys
 * @typeParam Dependencies - parts of the bus that its steps use
 */
export interface ChannelFeature<in Options, in Dependencies = unknown> {
  /** Keys of a channel in the configuration. */
  readonly options: z.ZodRawShape;
  /** Finds keys of the feature that contradict other keys of the channel. */
  readonly findProblems?: (options: CoreOptions & Options) => readonly OptionProblem[];
  /**
   * Creates the step that a request takes before its body is read.
   *
   * @returns `undefined` where the channel does not use the feature
   */
  readonly onRequest?: (channel: Channel<Options>, dependencies: Dependencies) => OnRequestStep | undefined;
  /**
   * Creates the step that a request takes with the bytes of its body, before they are parsed. Not for GET, whose body is never read.
   *
   * @returns `undefined` where the channel does not use the feature
   */
  readonly onBody?: (channel: Channel<Options>, dependencies: Dependencies) => OnBodyStep | undefined;
  /**
   * Creates the handler that a parsed request takes, around the handlers of the features below and the invocation of the service.
   *
   * @returns `next` itself where the channel does not use the feature
   */
  readonly aroundInvoke?: (
    next: RequestHandler,
    channel: Channel<Options>,
    dependencies: Dependencies,
  ) => RequestHandler;
  /** The feature's part of the form of responses. */
  readonly represent?: (channel: ConfiguredChannel<Options>) => Partial<Representation>;
  /** Describes the feature in the OpenAPI document. */
  readonly describe?: (channel: DescribedChannel<Options>, context: OperationPartContext) => OperationPart;
}

/** The parts of the bus that some features use. */
export type DependenciesOf<Features extends readonly ChannelFeature<never, never>[]> =
  Features[number] extends ChannelFeature<never, infer Dependencies> ? Dependencies : never;
