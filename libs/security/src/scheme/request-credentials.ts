import type { IncomingMessage } from 'node:http';

/** The parts of a request that identify a caller. */
export type RequestCredentials = Pick<IncomingMessage, 'rawHeaders' | 'socket'>;
