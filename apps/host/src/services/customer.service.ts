import { BusService, NotFoundError, Service } from 'trunkline';
import type { Customer } from '../upstream-models';

@BusService({ name: 'customer.get', input: 'customer_id', description: 'A customer, from the CRM' })
export class GetCustomer extends Service<{ customer_id: string }, Customer> {
  async handle() {
    const { customer_id } = this.request.input;
    const customer = await this.invoke('adapter.crm.customer.get', { customer_id });
    if (!customer) throw new NotFoundError('Customer not found', { customer_id });
    return customer;
  }
}
