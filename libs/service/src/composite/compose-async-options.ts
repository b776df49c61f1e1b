import type { FlowOptions } from '../job-desk';
import type { InputOfTarget, ServiceClass, ServiceName } from '../service-types';
import type { Composed } from './compose';
import type { Composite, Partly, Plan } from './composite';

/** Said by the compiler where a service cannot take what a composite gives. */
interface Mismatch<Given, Input> {
  readonly 'the composite gives': Given;
  readonly 'the service takes': Input;
}

type Takes<T, P> = [Composite<P>] extends [InputOfTarget<T>]
  ? unknown
  : [Composed<Partly<P>>] extends [InputOfTarget<T>]
    ? unknown
    : Mismatch<Composed<Partly<P>>, InputOfTarget<T>>;

/** How a durable composite is made, and which service gets what it got. */
export interface ComposeAsyncOptions<P extends Plan, T extends ServiceName | ServiceClass> extends FlowOptions {
  /** Is invoked with `{ complete, data, problems }`. */
  readonly into: T & Takes<T, P>;
}
