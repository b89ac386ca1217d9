import { attack } from './arena/index.ts';

attack("a warrant under the controller's kill switch", 'kill-switch', (arena) => {
  arena.controllerPolicy.killSwitch = true;
  return arena.honest();
});
