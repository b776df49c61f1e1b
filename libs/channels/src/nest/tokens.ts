/** Injection token of the `HttpListener`; `undefined` in an application that does not listen, such as that of a command. */
export const HTTP_LISTENER = Symbol('trunkline.http-listener');
