import { bootstrap } from 'trunkline';

void bootstrap({ config: 'config' });
