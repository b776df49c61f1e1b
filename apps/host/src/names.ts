import type { RestConnection, Signature } from 'trunkline';
import type { GetCustomer } from './services/customer.service';
import type { GetDashboard } from './services/dashboard.service';
import type { CheckOut } from './services/checkout.service';
import type { CreateOrder, CreateOrderAdapter, DeleteOrder } from './services/order.service';
import type { ConfirmOrder, PickOrder } from './services/order-created.service';
import type { AnnounceOrder, OrderEvents } from './services/order-events.service';
import type { RecordPayment } from './services/payment.service';
import type { CreateNightlyReport } from './services/report.service';
import type { Customer } from './upstream-models';

declare module 'trunkline' {
  /** With these names declared, an unknown name or a wrong input does not compile. */
  interface Services {
    'adapter.activity.recent': Signature<{ user_id: string }, readonly unknown[]>;
    'adapter.crm.customer.get': Signature<{ customer_id: string }, Customer | null>;
    'adapter.notifications.list': Signature<{ user_id: string }, readonly unknown[]>;
    'adapter.orders.create': typeof CreateOrderAdapter;
    'adapter.orders.delete': Signature<{ order_id: string }, undefined>;
    'adapter.unreliable.data.get': Signature<object, unknown>;
    'adapter.users.get': Signature<{ user_id: string }, object>;
    'customer.get': typeof GetCustomer;
    'dashboard.get': typeof GetDashboard;
    'order.announce': typeof AnnounceOrder;
    'order.checkout': typeof CheckOut;
    'order.confirm': typeof ConfirmOrder;
    'order.create': typeof CreateOrder;
    'order.delete': typeof DeleteOrder;
    'order.events': typeof OrderEvents;
    'order.pick': typeof PickOrder;
    'payment.record': typeof RecordPayment;
    'report.nightly': typeof CreateNightlyReport;
  }

  interface RestConnections {
    readonly 'External API': RestConnection;
    readonly 'Flaky API': RestConnection;
    readonly Payments: RestConnection;
    readonly Stock: RestConnection;
  }
}
