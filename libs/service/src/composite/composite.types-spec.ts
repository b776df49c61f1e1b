/** Compiled by `npm run check`: what must compile, and what must not. */
import { BusService } from '../declaration/bus-service';
import { Service } from '../service';
import type { Composed } from './composite';
import { optional, required } from './branch';
import { each } from './each';

interface Profile {
  readonly name: string;
}

@BusService({ name: 'spec.profile', input: 'id' })
export class GetProfile extends Service<{ id: string }, Profile> {
  handle() {
    return { name: 'Ada' };
  }
}

declare module '../declaration/service-types' {
  interface Services {
    'spec.profile': typeof GetProfile;
    'spec.orders': Signature<{ id: string }, number[]>;
    'spec.nothing': Signature<{ id: string }, string | undefined>;
  }
}

@BusService({ name: 'spec.page' })
export class Page extends Service {
  async handle() {
    const result = await this.compose({
      profile: required('spec.profile', { id: '1' }),
      orders: optional('spec.orders', { id: '1' }),
      activity: optional('spec.orders', { id: '1' }, { fallback: null, timeout: '300ms' }),
      list: each(['1', '2'], (id) => required(GetProfile, { id })),
      nothing: required('spec.nothing', { id: '1' }),
    });

    const profile: Profile = result.data.profile;
    const orders: readonly number[] | undefined = result.data.orders;
    const activity: readonly number[] | null = result.data.activity;
    const first: Profile | undefined = result.data.list[0];
    const nothing: string | null = result.data.nothing;
    // @ts-expect-error an optional branch without fallback may be absent
    const missing: readonly number[] = result.data.orders;
    // @ts-expect-error a fallback is one of the values
    const withFallback: readonly number[] = result.data.activity;
    // @ts-expect-error a required branch that may not be stale has no problem in a result
    const none = result.complete ? undefined : result.problems.profile;

    if (result.complete) {
      const all: readonly number[] = result.data.orders;
      const plain: readonly number[] = result.data.activity;
      return [all, plain, profile];
    }
    const outcome: 'stale' | 'fallback' | 'missing' | undefined = result.problems.orders?.outcome;
    return [orders, activity, first, nothing, missing, withFallback, none, outcome];
  }
}

@BusService({ name: 'spec.finish' })
export class Finish extends Service<Composed<{ profile: Profile; orders?: readonly number[] }>> {
  handle() {
    return this.request.input.data.profile.name;
  }
}

@BusService({ name: 'spec.later' })
export class Later extends Service {
  async handle() {
    const plan = { profile: required('spec.profile', { id: '1' }), orders: optional('spec.orders', { id: '1' }) };
    // @ts-expect-error a service that takes something else does not compile
    await this.composeAsync(plan, { into: 'spec.orders' });
    // @ts-expect-error nor does one that needs what may be missing
    await this.composeAsync({ profile: optional('spec.profile', { id: '1' }) }, { into: Finish });
    return this.composeAsync(plan, { into: Finish, attempts: 3 });
  }
}

export const wrong = () => [
  // @ts-expect-error a misspelt name does not compile
  required('spec.profil', { id: '1' }),
  // @ts-expect-error a wrong input does not compile
  required('spec.profile', { identifier: '1' }),
  // @ts-expect-error a required branch has no fallback
  required('spec.profile', { id: '1' }, { fallback: null }),
];
