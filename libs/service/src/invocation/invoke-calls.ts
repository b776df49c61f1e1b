import type { Plan } from '../composite/composite';
import type { ServiceClass } from '../declaration/service-types';
import type { AsyncOptions, FlowOptions } from '../jobs/async-options';
import type { InvokeOptions, RejectedInputOptions } from './invoke-options';

/** A call of one service by another. */
export interface InvokeCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly target: string | ServiceClass;
  readonly input: unknown;
  readonly options: InvokeOptions | undefined;
}

/** A job that one service submits for another. */
export interface InvokeAsyncCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly target: string | ServiceClass;
  readonly input: unknown;
  readonly options: AsyncOptions | undefined;
}

/** A message that a service publishes. */
export interface PublishCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly topic: string;
  readonly message: unknown;
  readonly options: RejectedInputOptions | undefined;
}

/** A durable composite that a service submits. */
export interface ComposeAsyncCall {
  /** Name of the calling service. */
  readonly caller: string;
  readonly plan: Plan;
  readonly into: string | ServiceClass;
  readonly options: FlowOptions;
}
