/** Files on close tasks: attached with or without the server, the same one by two people, and taken off again. */
import type { ActionResults } from '#contract/actions.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { Making } from './people.ts';
import { tag, TASKS } from './world.ts';

const attaches: Making = async (machine, random, words) => {
  // now and then what a colleague has too
  const text = random.chance(0.3) ? `statement ${random.below(3)} ${tag('f')}` : `${words} ${tag('f')}`;
  const bytes = Buffer.from(text);
  try {
    const { sha256 } = (await machine.service().dispatch('keepEvidence', {
      upload: `00000000-0000-4000-8000-${String(random.below(1e12)).padStart(12, '0')}`,
      offset: 0,
      base64: bytes.toString('base64'),
      last: true,
    })) as ActionResults['keepEvidence'];
    const item_ref = random.chance(0.2) ? 'GL-2' : null;
    const file = { sha256, name: `${bytes.length}.txt`, media_type: 'text/plain', size_bytes: bytes.length };
    return { command: 'attachEvidence', args: { task_id: random.pick(TASKS), item_ref, ...file } };
  } catch (error) {
    // the machine is off, or nobody is signed in
    if (error instanceof BinnacleError || !machine.on()) return undefined;
    throw error;
  }
};

const removes: Making = (machine, random, words) => {
  const files = machine.look((all) =>
    all<[string, number]>(`SELECT id, task_id FROM v_close_evidence WHERE step = 'attached' ORDER BY id`),
  );
  if (!files || files.length === 0) return undefined;
  const [evidence_id, task_id] = random.pick(files);
  return { command: 'removeEvidence', args: { task_id, evidence_id, reason: `${words} ${tag('f')}` } };
};

export const FILING: Making = (machine, random, words) =>
  (random.chance(0.65) ? attaches : removes)(machine, random, words);
