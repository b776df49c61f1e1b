import type { InputOfTarget, ServiceClass, ServiceName } from '../declaration/service-types';
import type { FlowOptions } from '../jobs/async-options';
import type { Composed, Composite, PartialData, Plan } from './composite';

/** The compile error where a service does not accept the result of a composite. */
interface IntoMismatch<Given, Input> {
  readonly 'the composite gives': Given;
  readonly 'the service takes': Input;
}

type AcceptsComposite<T, P> = [Composite<P>] extends [InputOfTarget<T>]
  ? unknown
  : [Composed<PartialData<P>>] extends [InputOfTarget<T>]
    ? unknown
    : IntoMismatch<Composed<PartialData<P>>, InputOfTarget<T>>;

/** Options of a durable composite, and the service that receives its result. */
export interface ComposeAsyncOptions<P extends Plan, T extends ServiceName | ServiceClass> extends FlowOptions {
  /** The service to invoke with `{ complete, data, problems }`. */
  readonly into: T & AcceptsComposite<T, P>;
}
