// Nest pins a version that needs Node 22, but uses only what this version has.
export * from 'file-type-of-node-20';
