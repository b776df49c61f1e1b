// Nest pins a version that wants Node 22, and uses nothing of it that this one lacks.
export * from 'file-type-of-node-20';
