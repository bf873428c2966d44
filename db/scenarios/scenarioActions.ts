/** What a person does to their scenarios. Only sending one makes commands, and only of what they were shown. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import { COMMANDS, type CommandArgs, type CommandName } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ServiceEvents } from '#contract/events.ts';
import type { QueryArgs, QueryResults } from '#contract/queries.ts';
import type { AssumptionView, SentAssumption } from '#contract/queries/scenarios.ts';
import { scanner } from '#db/connection.ts';
import type { ReaderQueryName } from '#db/queries/handlers.ts';
import type { OpenReplica } from '#db/replica.ts';
import { deleteScenario, noteSent, restoreScenario, saveScenario, scenarioById } from './scenarioStore.ts';

type ScenarioAction = 'saveScenario' | 'deleteScenario' | 'restoreScenario' | 'submitScenario';

export function scenarioActions(parts: {
  readonly open: () => Pick<OpenReplica, 'work' | 'words'>;
  readonly ask: <N extends ReaderQueryName>(name: N, args: QueryArgs<N>) => Promise<QueryResults[N]>;
  /** Throws what the prediction or the outbox refuses; the same id again is the same change. */
  readonly queue: (name: CommandName, args: CommandArgs<CommandName>, id: string) => Promise<string>;
  readonly now_ms: () => number;
  readonly newId: () => string;
  readonly emit: (event: 'scenarios', data: ServiceEvents['scenarios']) => void;
}): { readonly [N in ScenarioAction]: (args: ActionArgs<N>) => Promise<ActionResults[N]> } {
  const changed = (id: string): void => {
    parts.open().words.note();
    parts.emit('scenarios', { id });
  };
  const stored = (id: string) => scenarioById(scanner(parts.open().work), 'main', id);

  /** What has become impossible since it was assumed stays and is left out; what is new has to be possible. */
  const refuseImpossible = async (company_id: number, assumptions: AssumptionView[], id: string | undefined) => {
    const before = new Map(
      id === undefined ? [] : stored(id).assumptions.map((each) => [each.id, JSON.stringify(each)]),
    );
    const { problems } = await parts.ask('scenarioCheck', { company_id, assumptions });
    const texts = new Map(assumptions.map((each) => [each.id, JSON.stringify(each)]));
    const wrong = problems.find(({ assumption_id }) => before.get(assumption_id) !== texts.get(assumption_id));
    if (wrong !== undefined) throw new BinnacleError('bad_arguments', wrong.problem);
  };

  return {
    saveScenario: async (args) => {
      await refuseImpossible(args.company_id, args.assumptions, args.id);
      const { work } = parts.open();
      const saved = saveScenario(work, scanner(work), args, { now_ms: parts.now_ms(), newId: parts.newId });
      changed(saved.id);
      return { id: saved.id, name: saved.name, saved_at_ms: saved.saved_at_ms };
    },
    deleteScenario: async ({ id }) => {
      deleteScenario(parts.open().work, id, parts.now_ms());
      changed(id);
      return await Promise.resolve({ id });
    },
    restoreScenario: async ({ id }) => {
      const { work } = parts.open();
      const { name } = restoreScenario(work, scanner(work), id, parts.now_ms());
      changed(id);
      return await Promise.resolve({ id, name });
    },
    submitScenario: async ({ id, assumption_ids, reason }) => {
      const { assumptions } = await parts.ask('scenario', { scenario_id: id });
      const wanted = new Set(assumption_ids);
      const sending = assumptions.flatMap(({ assumption, sending: each }) =>
        wanted.has(assumption.id) && 'sends' in each ? [{ assumption_id: assumption.id, ...each }] : [],
      );
      if (sending.length === 0) {
        throw new BinnacleError('bad_arguments', 'Nothing of that can be sent: it stays on this machine.');
      }
      const { work } = parts.open();
      const scenario = stored(id);
      const sent = new Map(scenario.sent.map((each) => [each.assumption_id, each]));
      // named before they are queued: whoever is cut off here sends the same ones again, once
      for (const { assumption_id } of sending) {
        if (!sent.has(assumption_id))
          sent.set(assumption_id, { assumption_id, mutation_id: parts.newId(), refused: null });
      }
      const note = (): void => {
        noteSent(work, scenario, [...sent.values()], parts.now_ms());
        changed(id);
      };
      note();
      const refused: { assumption_id: string; message: string }[] = [];
      for (const { assumption_id, sends, args } of sending) {
        const named = sent.get(assumption_id) as SentAssumption;
        try {
          const asked = COMMANDS[sends].args.parse({ ...args, reason }) as CommandArgs<CommandName>;
          await parts.queue(sends, asked, named.mutation_id);
          sent.set(assumption_id, { ...named, refused: null });
        } catch (error) {
          if (!(error instanceof BinnacleError)) throw error;
          refused.push({ assumption_id, message: error.message });
          sent.set(assumption_id, { ...named, refused: error.message });
        }
      }
      note();
      return { queued: sending.length - refused.length, refused };
    },
  };
}
