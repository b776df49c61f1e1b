/** Compiled by `npm run check`: what must compile, and what must not. */
import { BusService, Service } from '@trunkline/service';
import { RestAdapter } from './adapter/rest-adapter';
import type { RestResponse } from './response/rest-response';
import type { RestConnection } from './rest-connection';

declare module './rest-connections' {
  interface RestConnections {
    readonly 'Spec CRM': RestConnection;
  }
}

interface Customer {
  readonly name: string;
}

@BusService({ name: 'spec.caller' })
export class Caller extends Service {
  async handle() {
    const crm = this.out.rest['Spec CRM'];
    const untyped: RestResponse = await crm.get('/customers/{id}', { params: { id: 1 }, query: { tags: ['a', 'b'] } });
    const typed: RestResponse<Customer> = await crm.post('/customers', { body: { name: 'Ada' }, timeout: '2s' });
    const text: string = (await crm.get('/report', { expect: 'text' })).data;
    const bytes: Uint8Array = (await crm.post('/print', { body: { a: 1 }, format: 'form', expect: 'binary' })).data;
    const root: unknown = (await crm.get('/order', { expect: 'xml' })).data?.['order'];
    const ignored: undefined = (await crm.delete('/customers', { expect: 'nothing' })).data;
    const nothing: undefined = (await crm.head('/customers')).data;

    // @ts-expect-error what a connection that nobody has declared gives may be undefined, under noUncheckedIndexedAccess
    await this.out.rest['Unknown'].get('/');
    // @ts-expect-error text is no number
    const number: number = (await crm.get('/report', { expect: 'text' })).data;
    // @ts-expect-error a GET has no body
    await crm.get('/customers', { body: {} });
    // @ts-expect-error a placeholder takes a scalar
    await crm.get('/customers/{id}', { params: { id: {} } });
    // @ts-expect-error data is unknown unless the caller says what it is taken for
    const name: string = untyped.data.name;

    return [typed.data.name, nothing, name, text, bytes, root, ignored, number];
  }
}

@BusService({ name: 'spec.adapter', input: ['id', '-expand'] })
export class Adapter extends RestAdapter<{ id: string; expand?: string }, Customer> {
  readonly connection = 'Spec CRM';
  readonly method = 'GET';
  readonly path = '/customers/{id}';
  override readonly onStatus = { 404: { value: null }, 422: { status: 422, code: 'REJECTED' } };
}

@BusService({ name: 'spec.adapter.wrong' })
export class WrongAdapter extends RestAdapter<unknown, Customer> {
  readonly connection = 'Spec CRM';
  // @ts-expect-error a method of HTTP, in capitals
  readonly method = 'get';
  readonly path = '/';
  // @ts-expect-error the output is a customer
  protected override mapResponse() {
    return 'text';
  }
}
