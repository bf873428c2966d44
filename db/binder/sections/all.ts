/** The sections of a binder in their order. Another one is another line here: what the month keeps, it shows. */
import { KPI_DEFINITIONS } from '#domain/kpi/definitions.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import {
  type BinderGround,
  type BinderSection,
  type BinderSnapshot,
  type MakeSection,
  momentText,
} from '../section.ts';
import { evidenceSection, notesSection } from './evidence.ts';
import { journalSection } from './journal.ts';
import { kpisSection } from './kpis.ts';
import { fluxSection, trialBalanceSection } from './ledger.ts';
import { marginSection } from './margin.ts';
import { reconciliationsSection } from './reconciliations.ts';
import { statusSection, tasksSection } from './status.ts';
import { trailSection } from './trail.ts';

const SECTIONS: readonly MakeSection[] = [
  aboutSection,
  statusSection,
  tasksSection,
  notesSection,
  evidenceSection,
  reconciliationsSection,
  journalSection,
  trialBalanceSection,
  fluxSection,
  marginSection,
  kpisSection,
  trailSection,
];

export async function binderSections(ground: BinderGround): Promise<readonly BinderSection[]> {
  const sections: BinderSection[] = [];
  for (const make of SECTIONS) {
    ground.context.checkCancelled();
    sections.push(await make(ground));
  }
  return sections;
}

async function aboutSection({ company, period, snapshot }: BinderGround): Promise<BinderSection> {
  return await Promise.resolve({
    title: 'About this binder',
    words: [
      snapshot.final
        ? 'Made from the copy of one workstation, of a month that is locked for good. What was locked stays as it was; KPIs and margin count the month’s orders as they stood when this binder was made. The first final binder that is recorded is kept at the server, and every later one is that one, byte for byte. binnacle binder verify tells whether anything in it was changed since.'
        : 'Made from the copy of one workstation at the checkpoint below. The same checkpoint makes the same bytes, on any machine, at any hour; binnacle binder verify tells whether any of them was changed since.',
    ],
    facts: [
      ['Company', `${company.name} (${company.code})`],
      ['Currency', company.currency],
      ['Month', monthInWords(period.period)],
      ['State', snapshot.final ? 'Final' : `Draft: ${snapshot.lacking.join('; ')}`],
      ...standing(snapshot),
      ['KPI definitions', `${KPI_DEFINITIONS.length}, each with its version beside the figure`],
      ['Dates and times', 'Business dates as booked; moments in UTC'],
    ],
    tables: [],
  });
}

/** Nothing of a final one comes of the copy: other months go on there. */
function standing(snapshot: BinderSnapshot): readonly (readonly [string, string])[] {
  const { final, checkpoint, checkpoint_id, moment_ms, schema_version, locked_by } = snapshot;
  if (final) return [['Locked for good', `${momentText(moment_ms)}${locked_by === null ? '' : ` by ${locked_by}`}`]];
  return [
    ['Checkpoint', `${checkpoint} (${checkpoint_id})`],
    ['Newest entry of the close', momentText(moment_ms)],
    ['Layout of the data', `version ${schema_version}`],
  ];
}
