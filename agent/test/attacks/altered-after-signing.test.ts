import { attack } from './arena/index.ts';

attack('parameters are altered after the signature', 'signature-invalid', (arena) => {
  const warrant = arena.warrant();
  const { signatures } = arena.sign(warrant);
  return arena.send({ ...arena.sign({ ...warrant, parameters: { mount: '/' } }), signatures });
});
