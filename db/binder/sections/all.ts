/** The sections of a binder in their order. Another one is another line here: what the month keeps, it shows. */
import { KPI_DEFINITIONS } from '#domain/kpi/definitions.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { type BinderGround, type BinderSection, type MakeSection, momentText } from '../section.ts';
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
  reconciliationsSection,
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
      'Made from the copy of one workstation at the checkpoint below. The same checkpoint makes the same bytes, on any machine, at any hour; binnacle binder verify tells whether any of them was changed since.',
    ],
    facts: [
      ['Company', `${company.name} (${company.code})`],
      ['Currency', company.currency],
      ['Month', monthInWords(period.period)],
      ['State', snapshot.final ? 'Final: locked for good' : 'Draft: not locked for good'],
      ['Checkpoint', `${snapshot.checkpoint} (${snapshot.checkpoint_id})`],
      ['Newest entry of the close', momentText(snapshot.moment_ms)],
      ['Layout of the data', `version ${snapshot.schema_version}`],
      ['KPI definitions', `${KPI_DEFINITIONS.length}, each with its version beside the figure`],
      ['Dates and times', 'Business dates as booked; moments in UTC'],
    ],
    tables: [],
  });
}
