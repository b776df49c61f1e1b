import { BusService } from '../declaration/bus-service';
import { Service } from '../service';
import { ServiceRegistry } from './service-registry';

@BusService({ name: 'customer.get' })
class GetCustomer extends Service {
  handle() {
    return undefined;
  }
}

class Heir extends GetCustomer {}

describe('the registry of services', () => {
  it('finds a service by name and by class', () => {
    const registry = new ServiceRegistry();

    registry.add(GetCustomer);

    expect(registry.get('customer.get').serviceClass).toBe(GetCustomer);
    expect(registry.get(GetCustomer).name).toBe('customer.get');
  });

  it('accepts the same class twice, because two modules may provide it', () => {
    const registry = new ServiceRegistry();

    registry.add(GetCustomer);
    registry.add(GetCustomer);

    expect(registry.list()).toHaveLength(1);
  });

  it('rejects two classes with one name, and names both', () => {
    @BusService({ name: 'customer.get' })
    class Other extends Service {
      handle() {
        return undefined;
      }
    }
    const registry = new ServiceRegistry();
    registry.add(GetCustomer);

    expect(() => registry.add(Other)).toThrow('GetCustomer and Other');
  });

  it('rejects a class without a declaration, even if its parent class has one', () => {
    expect(() => new ServiceRegistry().add(Heir)).toThrow('@BusService');
  });

  it.each(['constructor', '__proto__', 'toString'])('knows no service %s', (name) => {
    expect(new ServiceRegistry().find(name)).toBeUndefined();
  });
});

describe('the name of a service', () => {
  it.each(['a', 'customer.get', 'adapter.crm.customer-get_v2', 'x1'])('may be %s', (name) => {
    expect(() => BusService({ name })).not.toThrow();
  });

  it.each(['', 'Customer', 'a..b', '.a', 'a.', 'a b', 'ä', 'a'.repeat(129)])('may not be %j', (name) => {
    expect(() => BusService({ name })).toThrow(TypeError);
  });
});
