import { attack } from './arena/index.ts';

attack(
  "the controller's policy says go while the endpoint's own kill switch is on",
  'kill-switch',
  (arena) => {
    arena.localPolicy.killSwitch = true;
    arena.controllerPolicy.killSwitch = false;
    return arena.honest();
  },
);
