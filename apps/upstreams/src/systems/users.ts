import { createJsonResponse, createErrorResponse } from '../upstream-response';
import type { Handler, Routes } from '../router';

const USERS = new Map(
  [
    { user_id: 'USER-1', name: 'Mary Jackson', email: 'mary@example.com' },
    { user_id: 'USER-2', name: 'Edsger Dijkstra', email: 'edsger@example.com' },
    { user_id: 'USER-3', name: 'Barbara Liskov', email: 'barbara@example.com' },
  ].map((user) => [user.user_id, user]),
);

/** Profiles of users. */
export function createUserRoutes(): Routes {
  return {
    'GET /users/{id}': ({ id }) => {
      const user = USERS.get(id);
      return user ? createJsonResponse(200, user) : createErrorResponse(404, 'not_found', `there is no user ${id}`);
    },
  };
}

/** Notifications of users. */
export function createNotificationRoutes(): Routes {
  return {
    'GET /notifications': createListHandler((user_id) => [
      { notification_id: `NOTE-${user_id}-1`, user_id, text: 'Your order has been shipped', read: false },
      { notification_id: `NOTE-${user_id}-2`, user_id, text: 'Welcome', read: true },
    ]),
  };
}

/** Activities of users. */
export function createActivityRoutes(): Routes {
  return {
    'GET /activity': createListHandler((user_id) => [
      { user_id, action: 'order.created', at: '2026-11-20T12:00:00Z' },
      { user_id, action: 'login', at: '2026-11-20T11:58:00Z' },
    ]),
  };
}

/** Creates the handler of a list by user; it is empty for an unknown user. */
function createListHandler(entries: (userId: string) => readonly object[]): Handler {
  return ({ query }) => {
    const userId = query.get('user_id');
    if (!userId) return createErrorResponse(400, 'bad_request', 'write ?user_id=');
    return createJsonResponse(200, USERS.has(userId) ? entries(userId) : []);
  };
}
