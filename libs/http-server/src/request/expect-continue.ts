import type { IncomingMessage, ServerResponse } from 'node:http';
import { markLastResponse } from '../connections/connection-close';

/**
 * Tells a client that asks before it sends a body (`Expect: 100-continue`, RFC 9110 §10.1.1) to go on when somebody first wants to
 * read it. An answer for which nobody had to is all that the client gets: Node closes the connection after it, since nobody knows
 * whether the body will follow, and what does follow is not taken for a request.
 */
export function sendContinueOnRead(request: IncomingMessage, response: ServerResponse): void {
  let isToGoOn = false;
  const goOn = () => {
    // Node reads what is left of a body after the answer, too.
    if (isToGoOn || response.headersSent) return;
    isToGoOn = true;
    response.writeContinue();
  };
  request.once('resume', goOn);
  request.on('newListener', (name) => {
    if (name === 'readable') goOn();
  });
  response.once('prefinish', () => {
    if (!isToGoOn) markLastResponse(request.socket);
  });
}
