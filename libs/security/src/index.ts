/**
 * Who is calling a channel, and may they: security definitions and their checks.
 * Not for: the credentials of outgoing connections (outgoing), or where on a request the check stands (channels).
 */
export {};
