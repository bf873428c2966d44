/** The tasks a company's closes begin with: who does what by when, what waits for what, and what nobody signs without a file. */
import { MOST_DUE_DAY } from '#domain/close/opening.ts';
import { type OwnTask, USUAL_TASKS } from '#domain/close/ownTemplate.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';

/** Longest title of a task, in characters. */
const MOST_TITLE = 100;
/** Of a line that is refused because another of its list is. */
export const OTHER_TASKS_REFUSED =
  'A list of close tasks is taken in whole or not at all. Put right in the file what is refused, and import the whole file again.';
const CODE = /^[a-z0-9][a-z0-9._-]{0,39}$/;

export const TASKS = declareKind({
  kind: 'tasks',
  title: 'Close tasks',
  one: 'close task',
  many: 'close tasks',
  about:
    'One line a task of the month-end close, in the order of the list: who prepares and who reviews it, by the name they sign in with (empty: whoever had it the month before), the working day it is due, the codes of the tasks it waits for, and whether nobody signs it without a file. The file is the whole list and is taken in whole or not at all. Months opened from then on begin with it; months that are open stay as they are. The codes of reconciliations, of the trial balance, flux and statements must be there; other tasks have any code.',
  area: 'finance',
  fields: [
    {
      name: 'code',
      label: 'task code',
      type: 'code',
      required: true,
      strong: ['code', 'taskcode', 'task', 'taskid', 'aufgabe', 'kennung', 'tache', 'taak', 'tarea', 'codice'],
      weak: ['id', 'nr', 'no'],
    },
    {
      name: 'title',
      label: 'title',
      type: 'text',
      required: true,
      strong: ['title', 'tasktitle', 'titel', 'titre', 'titolo', 'titulo', 'bezeichnung', 'description', 'libelle'],
      weak: ['name'],
    },
    {
      name: 'owner',
      label: 'who prepares',
      type: 'code',
      strong: ['owner', 'preparer', 'prepares', 'preparedby', 'responsible', 'bearbeiter', 'ersteller', 'preparateur'],
    },
    {
      name: 'reviewer',
      label: 'who reviews',
      type: 'code',
      strong: ['reviewer', 'reviews', 'reviewedby', 'approver', 'pruefer', 'prüfer', 'reviseur', 'controleur'],
    },
    {
      name: 'due_day',
      label: 'working day it is due',
      type: 'whole',
      required: true,
      min: 1,
      max: MOST_DUE_DAY,
      strong: [
        'dueday',
        'dueworkingday',
        'workingday',
        'workday',
        'due',
        'arbeitstag',
        'werktag',
        'jourouvre',
        'werkdag',
      ],
      weak: ['day', 'tag'],
    },
    {
      name: 'depends_on',
      label: 'tasks it waits for',
      type: 'text',
      strong: [
        'dependson',
        'dependencies',
        'waitsfor',
        'predecessors',
        'after',
        'abhaengigvon',
        'vorgaenger',
        'depend',
      ],
    },
    {
      name: 'needs_evidence',
      label: 'evidence wanted',
      type: 'flag',
      required: true,
      strong: [
        'needsevidence',
        'evidence',
        'evidencewanted',
        'evidencerequired',
        'file',
        'nachweis',
        'beleg',
        'preuve',
      ],
    },
  ],
  key: ['code'],
  entire: { what: 'list', others: OTHER_TASKS_REFUSED },
  // no field: one part, since each line depends on all others
  together: [],
  lacks: (columns) =>
    columns.has('depends_on')
      ? null
      : 'A file of close tasks needs a column with the codes of the tasks each waits for.',
  check: ({ code, title }) => {
    if (!CODE.test(code)) {
      return `The task code "${code.slice(0, 40)}" is not one: up to 40 small letters, digits, dots, dashes and underscores.`;
    }
    return title.length > MOST_TITLE || /[\r\n\t]/.test(title)
      ? `The title is longer than a line of ${MOST_TITLE} characters.`
      : null;
  },
  measures: [],
  examples: [
    ...USUAL_TASKS.map((task) => (task.code === 'trial_balance' ? waitingForPayroll(task) : task)).map(cellsOfTask),
    ['payroll', 'Payroll accrual', '', '', '3', 'late_bills', 'yes'],
  ],
});

function waitingForPayroll(task: OwnTask): OwnTask {
  return { ...task, depends_on: [...task.depends_on, 'payroll'] };
}

/** Codes with spaces, semicolons or commas between them, each once. */
export function codesOfText(text: string | null | undefined): readonly string[] {
  return [...new Set((text ?? '').split(/[\s;,]+/).filter((code) => code !== ''))];
}

/** A line of the file that says the task, cells in the order of the fields. */
export function cellsOfTask(task: OwnTask): readonly string[] {
  const { code, title, owner, reviewer, due_day, depends_on, needs_evidence } = task;
  const evidence = needs_evidence ? 'yes' : 'no';
  return [code, title, owner ?? '', reviewer ?? '', String(due_day), depends_on.join(' '), evidence];
}
