/** Which scenarios do I keep, and what became of those I sent? */
import type { ScenarioLine } from '#contract/queries.ts';
import type { SentAssumption } from '#contract/queries/scenarios.ts';
import { scenariosOf } from '#db/scenarios/scenarioStore.ts';
import type { QueryHandler } from '../context.ts';
import { outcomesOf } from './outcomes.ts';

export const scenarios: QueryHandler<'scenarios'> = async (context, { company_id }) => {
  const all = scenariosOf(context.scan, 'work', company_id);
  const outcomes = outcomesOf(
    context.scan,
    all.flatMap(({ sent }) => sent),
  );
  return await Promise.resolve(
    all.map(
      ({ id, name, assumptions, saved_at_ms, submitted_at_ms, sent }): ScenarioLine => ({
        id,
        name,
        assumptions: assumptions.length,
        saved_at_ms,
        submitted_at_ms,
        outcomes: countsOf(sent, outcomes),
      }),
    ),
  );
};

function countsOf(sent: readonly SentAssumption[], outcomes: ReturnType<typeof outcomesOf>): ScenarioLine['outcomes'] {
  const counts = { waiting: 0, accepted: 0, refused: 0 };
  for (const { assumption_id } of sent) {
    const state = outcomes.get(assumption_id)?.state;
    if (state === 'accepted') counts.accepted += 1;
    else if (state === 'pending' || state === 'sent') counts.waiting += 1;
    else if (state !== undefined && state !== 'gone') counts.refused += 1;
  }
  return counts;
}
