/** What class-transformer's decorators have left. Its front door has no reader of it, and this one no types beside it. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}
