/** Compiled by `npm run check`: what must compile, and what must not. */
import { z } from 'zod';
import { BusService } from './bus-service';
import { Service } from '../service';
import type { InputOf, OutputOf } from './service-types';

interface Customer {
  readonly name: string;
}

@BusService({ name: 'spec.customer.get', input: 'customer_id' })
export class GetCustomer extends Service<{ customer_id: string }, Customer> {
  async handle() {
    const found = await this.invoke('spec.crm', { customer_id: this.request.input.customer_id });
    return found ?? { name: 'nobody' };
  }
}

declare module './service-types' {
  interface Services {
    'spec.customer.get': typeof GetCustomer;
    'spec.crm': Signature<{ customer_id: string }, Customer | null>;
  }
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>() => undefined;

holds<Equal<InputOf<typeof GetCustomer>, { customer_id: string }>>();
holds<Equal<OutputOf<typeof GetCustomer>, Customer>>();

@BusService({ name: 'caller' })
export class Caller extends Service {
  async handle() {
    const byName: Customer = await this.invoke('spec.customer.get', { customer_id: '1' });
    const byClass: Customer = await this.invoke(GetCustomer, { customer_id: '1' });
    const computed: unknown = await this.invokeDynamic(`customer.${'get'}`, { anything: true });

    // @ts-expect-error an unknown name does not compile
    await this.invoke('spec.customer.gte', { customer_id: '1' });
    // @ts-expect-error a wrong input does not compile
    await this.invoke('spec.customer.get', { customer: '1' });
    // @ts-expect-error a wrong input of a class does not compile
    await this.invoke(GetCustomer, { customer_id: 1 });
    // @ts-expect-error the output has the type that the service declares
    const wrong: string = await this.invoke(GetCustomer, { customer_id: '1' });
    await this.invokeAsync('spec.customer.get', { customer_id: '1' }, { delay: '5s' });
    // @ts-expect-error a wrong input of a job does not compile
    await this.invokeAsync(GetCustomer, { customer_id: 1 });
    // @ts-expect-error an unknown name of a job does not compile
    await this.invokeAsync('spec.customer.gte', { customer_id: '1' });

    return [byName, byClass, computed, wrong];
  }
}

@BusService({ name: 'ok.optional', input: ['a', '-b'] })
export class OptionalNames extends Service<{ a: string; b?: string }> {
  handle() {
    return this.request.input;
  }
}

// @ts-expect-error the class requires a member that the decorator does not accept
@BusService({ name: 'bad.names', input: 'a' })
export class WantsMore extends Service<{ a: string; b: string }> {
  handle() {
    return this.request.input;
  }
}

// @ts-expect-error an optional member may be missing
@BusService({ name: 'bad.optional', input: ['a', '-b'] })
export class WantsOptional extends Service<{ a: string; b: string }> {
  handle() {
    return this.request.input;
  }
}

// @ts-expect-error the schema accepts numbers, the class declares a string
@BusService({ name: 'bad.schema', input: z.object({ id: z.number() }) })
export class WantsText extends Service<{ id: string }> {
  handle() {
    return this.request.input;
  }
}

// @ts-expect-error the class returns a value that the output declaration rejects
@BusService({ name: 'bad.output', output: z.object({ id: z.number() }) })
export class GivesText extends Service<unknown, { id: string }> {
  handle() {
    return { id: 'x' };
  }
}

export class ReturnsWrong extends Service<unknown, number> {
  // @ts-expect-error handle() returns the declared output, or nothing
  handle() {
    return 'text';
  }
}

/** Plain JavaScript calls the decorator as a function of a class. */
export const Functional = BusService({ name: 'functional', input: 'a' })(
  class extends Service<{ a: string }, string> {
    handle() {
      return this.request.input.a;
    }
  },
);
