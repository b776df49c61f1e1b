import type { Plan } from '../composite/composite';
import type { ServiceClass } from '../declaration/service-types';
import type { AsyncOptions, FlowOptions } from '../jobs/async-options';
import type { InvokeOptions, RefusalOptions } from './invoke-options';

/** One service calls another. */
export interface InvokeCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly target: string | ServiceClass;
  readonly input: unknown;
  readonly options: InvokeOptions | undefined;
}

/** One service hands in work for another. */
export interface InvokeAsyncCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly target: string | ServiceClass;
  readonly input: unknown;
  readonly options: AsyncOptions | undefined;
}

/** One service publishes a message. */
export interface PublishCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly topic: string;
  readonly message: unknown;
  readonly options: RefusalOptions | undefined;
}

/** One service hands in work for several, and for the one that gets what they gave. */
export interface ComposeAsyncCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly plan: Plan;
  readonly into: string | ServiceClass;
  readonly options: FlowOptions;
}
