/** Everything the palette can do besides opening a row: screens, companies, periods, keys, data and colours. */
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { exportToFile } from '#renderer/client/exportFile.ts';
import { useClient, useRun } from '#renderer/client/useContract.ts';
import { monthYearLong } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { currenciesOf } from '../companyScope.ts';
import { useKeyGroups } from '../keys.tsx';
import { usePreferenceStore } from '../preferences.ts';
import { SCREENS } from '../screens.ts';
import { verifyWords } from '../verifyWords.ts';
import { useWorkplace } from '../workplace.ts';
import type { FindCommand } from './commandMatch.ts';

export interface FindCommands {
  readonly commands: readonly FindCommand[];
  /** What came of a command that stays: said in the palette. */
  readonly said: { readonly tone: 'good' | 'warn' | 'bad' | 'busy'; readonly text: string } | null;
}

export function useFindCommands(): FindCommands {
  const { session, companies, company, scope, month, chooseCompany, chooseAll, chooseMonth } = useWorkplace();
  const [, navigate] = useLocation();
  const store = usePreferenceStore();
  const keyGroups = useKeyGroups();
  const { mutate: verify } = useRun('verifyNow');
  const { mutate: sync } = useRun('syncNow');
  const client = useClient();
  const [said, setSaid] = useState<FindCommands['said']>(null);

  const commands = useMemo<readonly FindCommand[]>(() => {
    const failed = (error: { readonly message: string }) => setSaid({ tone: 'bad', text: error.message });
    const screens = SCREENS.filter((screen) => screen.access?.(session) !== 'hidden').map(
      (screen): FindCommand => ({
        key: `screen ${screen.path}`,
        label: `Go to ${screen.title}`,
        hint: screen.access?.(session) === 'locked' ? 'not your role' : 'screen',
        run: () => navigate(screen.path),
      }),
    );
    const together = (companies.length < 2 ? [] : currenciesOf(companies))
      .filter((currency) => !scope.all || scope.currency !== currency)
      .map(
        (currency): FindCommand => ({
          key: `companies ${currency}`,
          label: `Show all companies in ${currency}`,
          hint: `${companies.length} together`,
          run: () => chooseAll(currency),
        }),
      );
    const firms = companies
      .filter((candidate) => scope.all || candidate.id !== company.id)
      .map(
        (candidate): FindCommand => ({
          key: `company ${candidate.id}`,
          label: `Switch company to ${candidate.name}`,
          hint: `${candidate.code} · ${candidate.currency}`,
          run: () => chooseCompany(candidate.id),
        }),
      );
    const periods = scope.months
      .filter((candidate) => candidate !== month)
      .toReversed()
      .map(
        (candidate): FindCommand => ({
          key: `month ${candidate}`,
          label: `Show period ${monthYearLong(candidate)}`,
          hint: 'period',
          run: () => chooseMonth(candidate),
        }),
      );
    const data: FindCommand[] = [
      {
        key: 'verify',
        label: 'Verify now: compare the data with the server',
        hint: 'data',
        stays: true,
        run: () => {
          setSaid({ tone: 'busy', text: 'Comparing with the server…' });
          verify(
            { depth: 'quick' },
            {
              onSuccess: (result) => setSaid(verifyWords(result)),
              onError: failed,
            },
          );
        },
      },
      {
        key: 'sync',
        label: 'Sync now: fetch and send changes',
        hint: 'data',
        stays: true,
        run: () => {
          setSaid({ tone: 'busy', text: 'Syncing…' });
          sync(
            {},
            {
              onSuccess: (result) =>
                setSaid({ tone: 'good', text: `Up to date; ${counted(result.rows, 'row')} came.` }),
              onError: failed,
            },
          );
        },
      },
      ...(['stockPositions', 'outbox'] as const).map(
        (query): FindCommand => ({
          key: `export ${query}`,
          label: query === 'outbox' ? 'Export your changes' : `Export stock of ${company.name}`,
          hint: 'Excel file',
          stays: true,
          run: () => {
            setSaid({ tone: 'busy', text: 'Writing the file…' });
            exportToFile(client, {
              query,
              format: 'xlsx',
              args: query === 'outbox' ? {} : { company_id: company.id, group_by: 'none' },
            }).then(
              ({ file_name, rows }) => setSaid({ tone: 'good', text: `${file_name} with ${counted(rows, 'row')}.` }),
              failed,
            );
          },
        }),
      ),
    ];
    const keys = keyGroups.flatMap(({ group, actions }) =>
      actions
        .filter((action) => action.run && action.key !== 'ctrl+k' && action.key !== 'Escape')
        .map(
          (action): FindCommand => ({
            key: `key ${group} ${action.key}`,
            label: keyLabel(group, action.help ?? action.word),
            hint: action.cap,
            run: () => action.run?.(),
          }),
        ),
    );
    const colours = (['system', 'light', 'dark'] as const).map(
      (theme): FindCommand => ({
        key: `theme ${theme}`,
        label: theme === 'system' ? 'Use the colours of the system' : `Use ${theme} colours`,
        hint: 'colours',
        run: () => store.setState({ theme }),
      }),
    );
    return [...screens, ...firms, ...together, ...data, ...keys, ...colours, ...periods];
  }, [
    session,
    companies,
    company,
    scope,
    month,
    chooseCompany,
    chooseAll,
    chooseMonth,
    navigate,
    store,
    keyGroups,
    verify,
    sync,
    client,
  ]);
  return { commands, said };
}

/** 'Stock: filter'; what acts everywhere stands alone. */
function keyLabel(group: string, words: string): string {
  return group === 'Everywhere' ? words.slice(0, 1).toUpperCase() + words.slice(1) : `${group}: ${words}`;
}
