// Validates an order by its compiled class, and by class-transformer and class-validator.
import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { BusService, Service, ServiceRegistry } from 'trunkline';
import { OrderDraft } from '../../apps/host/dist/order-draft.js';
import { runContestant } from '../contestant.mjs';

const STRICT = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };

const registry = new ServiceRegistry();
class CreateOrder extends Service {
  handle() {
    return this.request.input;
  }
}
registry.add(BusService({ name: 'order.create', input: OrderDraft })(CreateOrder));
const { validateInput } = registry.get('order.create');

const validateWithClassValidator = (order) => {
  const instance = plainToInstance(OrderDraft, order);
  return validateSync(instance, STRICT).length === 0 ? instance : undefined;
};

/** CPU time per validation in nanoseconds, over `count` of them. */
const measureNanos =
  (check) =>
  ({ count, order }) => {
    const before = process.cpuUsage();
    for (let index = 0; index < count; index += 1) check(order);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) / count) * 1_000;
  };

runContestant({
  compiled: measureNanos((order) => validateInput(order, [])),
  byClassValidator: measureNanos(validateWithClassValidator),
});
