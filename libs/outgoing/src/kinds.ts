import { rest } from './rest/kind';

/** The kinds of outgoing connections. */
export const CONNECTION_KINDS = [rest] as const;
