import type { PolicyEnvironment } from '../policy-environment';

/** A policy of any options and events. */
interface AnyPolicy {
  readonly defaults: object;
  readonly createStep: (options: never, context: never) => unknown;
}

type ToIntersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  member: infer Intersection,
) => void
  ? Intersection
  : never;

/** The options of all policies of a list. */
export type OptionsOf<Policies extends readonly AnyPolicy[]> = ToIntersection<
  Parameters<Policies[number]['createStep']>[0]
>;

/** The default options of all policies of a list. */
export type DefaultsOf<Policies extends readonly AnyPolicy[]> = ToIntersection<Policies[number]['defaults']>;

/** The events of all policies of a list. */
export type EventOf<Policies extends readonly AnyPolicy[]> = EmittedBy<Policies[number]>;

type EmittedBy<Member extends AnyPolicy> = Member extends unknown
  ? Parameters<Member['createStep']>[1] extends { readonly environment: PolicyEnvironment<infer Event> }
    ? Event
    : never
  : never;
