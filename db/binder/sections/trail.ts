/**
 * Who did what to this month: signatures, locks, words, notes, files, entries and changes of signed lines in their order, each sealed
 * together with the one before it, so that none can be altered, taken out or put in between unseen.
 */
import { createHash } from 'node:crypto';
import { CAUSE_WORDS, isCause } from '#domain/close/reconcile/causes.ts';
import { type ChainedEvent, chainedContent, FIRST_SEAL } from '#domain/audit/chain.ts';
import { areasOfText, LOCK_AREA_NAMES } from '#domain/close/locking.ts';
import { byCharacters } from '#domain/close/binder/manifest.ts';
import { moment, text } from '#db/exports/table.ts';
import { binderTable, type BinderGround, type MakeSection } from '../section.ts';
import { periodProposals, periodTasks } from '../standing.ts';

interface Step {
  readonly at_ms: number;
  readonly id: string;
  readonly who: string;
  readonly what: string;
  readonly about: string;
  readonly detail: string;
}
interface Sealed extends Step {
  readonly seal: string;
}

export const trailSection: MakeSection = async (ground) => {
  const steps = (await stepsOf(ground)).toSorted((a, b) => a.at_ms - b.at_ms || byCharacters(a.id, b.id));
  const sealed = seal(steps);
  return {
    title: 'Audit trail of the month',
    words: [
      'Each entry is sealed by SHA-256 together with the seal before it. The trail of the whole server, with who came in and what left it, is verified by binnacle audit --verify.',
    ],
    facts: [
      ['Entries', String(sealed.length)],
      ['Seal of the last', sealed.at(-1)?.seal ?? FIRST_SEAL],
    ],
    tables: [
      binderTable<Sealed>(
        { id: 'audit-trail', title: 'Entries', empty: 'Nothing was signed, locked or explained.' },
        [
          moment('at', 'At', (row) => row.at_ms),
          text('who', 'Who', (row) => row.who, 12),
          text('what', 'What', (row) => row.what, 18),
          text('about', 'About', (row) => row.about, 24),
          text('detail', 'Detail', (row) => row.detail, 44),
          { ...text('seal', 'Seal', (row) => row.seal, 64), share: 33 },
        ],
        sealed,
      ),
    ],
  };
};

function seal(steps: readonly Step[]): readonly Sealed[] {
  let before = FIRST_SEAL;
  return steps.map((step, nth) => {
    const event: ChainedEvent = {
      id: nth + 1,
      happened_at_ms: step.at_ms,
      kind: step.what,
      user_name: step.who,
      address: null,
      about: step.about,
      detail: { id: step.id, detail: step.detail },
    };
    before = createHash('sha256')
      .update(chainedContent(before, nth + 1, event))
      .digest('hex');
    return { ...step, seal: before };
  });
}

async function stepsOf(ground: BinderGround): Promise<readonly Step[]> {
  const { db } = ground.context;
  const tasks = new Map((await periodTasks(ground.context, ground.period.id)).map((task) => [task.id, task.code]));
  const ids = [...tasks.keys()];
  const code = (task_id: number) => tasks.get(task_id) ?? '';
  const signoffs = await db.selectFrom('signoff').selectAll().where('task_id', 'in', ids).execute();
  const locks = await db.selectFrom('lock_event').selectAll().where('period_id', '=', ground.period.id).execute();
  const words = await db.selectFrom('item_explanation').selectAll().where('task_id', 'in', ids).execute();
  const changes = await db.selectFrom('close_line_change').selectAll().where('task_id', 'in', ids).execute();
  const { until_ms } = ground;
  const notes = await db
    .selectFrom('close_note')
    .selectAll()
    .where('task_id', 'in', ids)
    .where('accepted_at', '<=', until_ms)
    .execute();
  const proposals = await periodProposals(ground.context, ground.period.id, until_ms);
  const items = await db.selectFrom('rec_item').select(['id', 'cause']).where('task_id', 'in', ids).execute();
  const causes = new Map(items.map(({ id, cause }) => [id, isCause(cause) ? CAUSE_WORDS[cause] : cause]));
  const lines = await db
    .selectFrom('close_task_line')
    .select(['id', 'ref'])
    .where('task_id', 'in', ids)
    .where('side', '=', 'item')
    .execute();
  const refs = new Map(lines.map(({ id, ref }) => [id, ref]));
  return [
    ...signoffs.map((row) => ({
      at_ms: row.accepted_at,
      id: row.id,
      who: row.user_name,
      what: row.role === 'reviewer' ? 'Reviewed' : 'Prepared',
      about: code(row.task_id),
      detail: `content ${row.content_hash}, on ${row.device}`,
    })),
    ...locks.map((row) => ({
      at_ms: row.accepted_at,
      id: row.id,
      who: row.author,
      what: row.step.replaceAll('_', ' '),
      about: areasOfText(row.areas)
        .map((area) => LOCK_AREA_NAMES[area])
        .join(', '),
      detail: row.reason ?? '',
    })),
    ...words.map((row) => ({
      at_ms: row.accepted_at,
      id: row.id,
      who: row.author,
      what: 'Explained',
      about: `${code(row.task_id)} ${causes.get(row.line_id) ?? refs.get(row.line_id) ?? ''}`.trim(),
      detail: row.explanation,
    })),
    ...notes.map((row) => ({
      at_ms: row.accepted_at,
      id: row.id,
      who: row.author,
      what: row.answers_id === null ? 'Noted' : 'Said done',
      about: code(row.task_id),
      detail: row.assigned_to === null ? row.body : `for ${row.assigned_to}: ${row.body}`,
    })),
    ...ground.evidence.files.flatMap(({ task_code, attached, removed }) =>
      [attached, ...(removed === null ? [] : [removed])].map((row) => ({
        at_ms: row.accepted_at,
        id: row.id,
        who: row.author,
        what: row.step === 'removed' ? 'Took file off' : 'Attached file',
        about: `${task_code} ${row.item_ref ?? ''}`.trim(),
        detail: `${row.name}, SHA-256 ${row.sha256}${row.reason === null ? '' : `: ${row.reason}`}`,
      })),
    ),
    ...proposals.flatMap(({ proposal, steps }) => [
      {
        at_ms: proposal.accepted_at,
        id: proposal.id,
        who: proposal.author,
        what: 'Proposed entry',
        about: proposal.reference,
        detail: proposal.words,
      },
      ...steps.map((row) => ({
        at_ms: row.accepted_at,
        id: row.id,
        who: row.author,
        what: `Entry ${row.step}`,
        about: proposal.reference,
        detail: row.words ?? '',
      })),
    ]),
    ...changes.map((row) => ({
      at_ms: row.changed_at,
      id: `change ${String(row.id).padStart(12, '0')}`,
      who: row.changed_by,
      what: `Line ${row.change}`,
      about: `${code(row.task_id)} ${row.ref}`,
      detail: row.side,
    })),
  ];
}
