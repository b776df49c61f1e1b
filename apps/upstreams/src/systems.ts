import { createJsonResponse } from './upstream-response';
import type { Routes } from './router';
import { createPaymentRoutes, createStockRoutes } from './systems/checkout';
import { createCrmRoutes } from './systems/crm';
import { createOrderRoutes } from './systems/orders';
import { createActivityRoutes, createNotificationRoutes, createUserRoutes } from './systems/users';
import { Upstream } from './upstream';

/** The simulated systems by name. */
export type Systems = ReturnType<typeof createSystems>;

const createDataRoutes = (): Routes => ({ 'GET /data': () => createJsonResponse(200, { id: 1, value: 'forty-two' }) });

/** Creates all ten systems with their fixed ports and initial data; none listens yet. */
export function createSystems() {
  return {
    CRM: new Upstream('CRM', 9101, createCrmRoutes),
    ORDERS: new Upstream('ORDERS', 9102, createOrderRoutes),
    USERS: new Upstream('USERS', 9103, createUserRoutes),
    NOTIFICATIONS: new Upstream('NOTIFICATIONS', 9104, createNotificationRoutes),
    ACTIVITY: new Upstream('ACTIVITY', 9105, createActivityRoutes),
    EXTERNAL_API: new Upstream('EXTERNAL_API', 9106, createDataRoutes),
    UNRELIABLE_API: new Upstream('UNRELIABLE_API', 9107, createDataRoutes),
    FLAKY_API: new Upstream('FLAKY_API', 9108, createDataRoutes),
    STOCK: new Upstream('STOCK', 9109, createStockRoutes),
    PAYMENTS: new Upstream('PAYMENTS', 9110, createPaymentRoutes),
  } as const;
}
