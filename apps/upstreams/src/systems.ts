import { json } from './answer';
import type { Routes } from './router';
import { payments, stock } from './systems/checkout';
import { crm } from './systems/crm';
import { orders } from './systems/orders';
import { activity, notifications, users } from './systems/people';
import { Upstream } from './upstream';

/** The simulated systems by name. */
export type Systems = ReturnType<typeof simulatedSystems>;

const data = (): Routes => ({ 'GET /data': () => json(200, { id: 1, value: 'forty-two' }) });

/** All ten, fresh, with their fixed ports; none listens yet. */
export function simulatedSystems() {
  return {
    CRM: new Upstream('CRM', 9101, crm),
    ORDERS: new Upstream('ORDERS', 9102, orders),
    USERS: new Upstream('USERS', 9103, users),
    NOTIFICATIONS: new Upstream('NOTIFICATIONS', 9104, notifications),
    ACTIVITY: new Upstream('ACTIVITY', 9105, activity),
    EXTERNAL_API: new Upstream('EXTERNAL_API', 9106, data),
    UNRELIABLE_API: new Upstream('UNRELIABLE_API', 9107, data),
    FLAKY_API: new Upstream('FLAKY_API', 9108, data),
    STOCK: new Upstream('STOCK', 9109, stock),
    PAYMENTS: new Upstream('PAYMENTS', 9110, payments),
  } as const;
}
