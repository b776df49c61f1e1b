// The services of the rows that go through HTTP: as a user of the bus would write them.
import { BusService, optional, required, Service } from 'trunkline';
import { OrderDraft } from '../../../apps/host/dist/order-draft.js';
import { createCustomer, createOrder } from '../../responses.mjs';
import { orderByHand } from '../order-by-hand.mjs';

export const GetCustomer = BusService({ name: 'customer.get', input: 'customer_id' })(
  class extends Service {
    async handle() {
      return createCustomer(this.request.input.customer_id);
    }
  },
);

export const CreateOrder = BusService({ name: 'order.create', input: OrderDraft })(
  class extends Service {
    async handle() {
      return createOrder(this.request.input);
    }
  },
);

export const CreateOrderByHand = BusService({ name: 'order.create.by-hand', input: orderByHand })(
  class extends Service {
    async handle() {
      return createOrder(this.request.input);
    }
  },
);

export const TakeArchive = BusService({ name: 'archive.take' })(
  class extends Service {
    async handle() {
      let bytes = 0;
      for await (const chunk of this.request.input) bytes += chunk.length;
      return { bytes };
    }
  },
);

export const GetThing = BusService({ name: 'thing.get', input: 'id' })(
  class extends Service {
    async handle() {
      const { data } = await this.out.rest.Peer.get('/things/{id}', { params: this.request.input });
      return data;
    }
  },
);

export const GetAfter = BusService({ name: 'thing.after', input: 'ms' })(
  class extends Service {
    async handle() {
      const { data } = await this.out.rest.Peer.get('/after/{ms}', { params: this.request.input });
      return data;
    }
  },
);

export const GetPage = BusService({ name: 'page.get', input: 'id' })(
  class extends Service {
    async handle() {
      const { id } = this.request.input;
      const { data } = await this.compose({
        profile: required('thing.get', { id }),
        activity: optional('thing.get', { id }),
        orders: optional('thing.get', { id }, { fallback: [] }),
      });
      return data;
    }
  },
);

export const GetSlowPage = BusService({ name: 'page.slow' })(
  class extends Service {
    async handle() {
      const { data } = await this.compose({
        profile: required('thing.after', { ms: '10' }),
        activity: optional('thing.after', { ms: '20' }),
        orders: optional('thing.after', { ms: '30' }),
      });
      return data;
    }
  },
);

/** Work that nobody else on the loop can do anything beside: so much CPU time, however long that takes on a busy machine. */
export const Burn = BusService({ name: 'burn', input: 'ms' })(
  class extends Service {
    handle() {
      const micros = Number(this.request.input.ms) * 1_000;
      const before = process.cpuUsage();
      while (process.cpuUsage(before).user + process.cpuUsage(before).system < micros);
      return { burnt: true };
    }
  },
);

/** The same, once another system has answered. */
export const WaitAndBurn = BusService({ name: 'burn.afterwards', input: ['wait', 'ms'] })(
  class extends Service {
    async handle() {
      const { wait, ms } = this.request.input;
      await new Promise((resolve) => setTimeout(resolve, Number(wait)));
      return this.invoke('burn', { ms });
    }
  },
);
