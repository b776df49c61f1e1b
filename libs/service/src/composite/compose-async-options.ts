import type { FlowOptions } from '../jobs/async-options';
import type { InputOfTarget, ServiceClass, ServiceName } from '../declaration/service-types';
import type { Composed, Composite, PartialData, Plan } from './composite';

/** Said by the compiler where a service cannot take what a composite gives. */
interface IntoMismatch<Given, Input> {
  readonly 'the composite gives': Given;
  readonly 'the service takes': Input;
}

type AcceptsComposite<T, P> = [Composite<P>] extends [InputOfTarget<T>]
  ? unknown
  : [Composed<PartialData<P>>] extends [InputOfTarget<T>]
    ? unknown
    : IntoMismatch<Composed<PartialData<P>>, InputOfTarget<T>>;

/** How a durable composite is made, and which service gets what it got. */
export interface ComposeAsyncOptions<P extends Plan, T extends ServiceName | ServiceClass> extends FlowOptions {
  /** Is invoked with `{ complete, data, problems }`. */
  readonly into: T & AcceptsComposite<T, P>;
}
