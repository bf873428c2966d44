import { ChevronDown, Search } from 'lucide-react';
import { useSyncPill } from '#renderer/client/useContract.ts';
import { dateAndTime, monthYear, monthYearLong } from '#renderer/format/dates.ts';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';
import { ALL_COMPANIES, currenciesOf } from './companyScope.ts';
import { Logo } from './Logo.tsx';
import { SyncPill } from './SyncPill.tsx';
import styles from './shell.module.css';
import { UserMenu } from './UserMenu.tsx';
import { useWorkplace } from './workplace.ts';

export function TopBar({
  onFind,
  onKeys,
  onSignInAgain,
}: {
  readonly onFind: () => void;
  readonly onKeys: () => void;
  readonly onSignInAgain: () => void;
}) {
  const pill = useSyncPill();
  return (
    <header className={styles['top']}>
      <span className={styles['logo']}>
        <Logo />
      </span>
      <CompanyMenu />
      <PeriodMenu />
      <span className={styles['asOf']}>
        As of <strong>{dateAndTime(pill?.as_of_ms ?? null)}</strong>
      </span>
      <button type="button" className={styles['find']} onClick={onFind}>
        <Search size={14} aria-hidden="true" />
        <span>Find an item, customer, order or screen</span>
        <KeyHint cap="Ctrl K" />
      </button>
      <div className={styles['topRight']}>
        <SyncPill />
        <UserMenu onKeys={onKeys} onSignInAgain={onSignInAgain} />
      </div>
    </header>
  );
}

function CompanyMenu() {
  const { company, companies, scope, chooseCompany, chooseAll } = useWorkplace();
  const currencies = currenciesOf(companies);
  const together: MenuEntry[] =
    companies.length < 2
      ? []
      : [
          { kind: 'line' },
          ...currencies.map(
            (currency): MenuEntry => ({
              kind: 'choice',
              label: currencies.length === 1 ? ALL_COMPANIES : `${ALL_COMPANIES} in ${currency}`,
              hint:
                currencies.length === 1 ? `${companies.length} together · ${currency}` : `${companies.length} together`,
              chosen: scope.all && scope.currency === currency,
              onPick: () => chooseAll(currency),
            }),
          ),
        ];
  return (
    <Menu
      label="Company"
      trigger={
        <button type="button" className={styles['company']}>
          {scope.name}
          {scope.mixed ? ` · ${scope.currency}` : ''}
          <ChevronDown size={13} aria-hidden="true" />
        </button>
      }
      entries={[
        ...companies.map(
          (candidate): MenuEntry => ({
            kind: 'choice',
            label: candidate.name,
            hint: `${candidate.code} · ${candidate.currency}`,
            chosen: !scope.all && candidate.id === company.id,
            onPick: () => chooseCompany(candidate.id),
          }),
        ),
        ...together,
      ]}
    />
  );
}

function PeriodMenu() {
  const { scope, month, chooseMonth } = useWorkplace();
  const loading = useSyncPill()?.progress != null;
  if (month === null) {
    return (
      <span className={styles['asOf']}>
        Period <strong>{loading ? 'loading' : 'no orders yet'}</strong>
      </span>
    );
  }
  const entries: MenuEntry[] = [];
  let year = 0;
  for (const candidate of scope.months.toReversed()) {
    const candidateYear = Math.floor(candidate / 100);
    if (candidateYear !== year) {
      year = candidateYear;
      entries.push({ kind: 'heading', label: String(year) });
    }
    entries.push({
      kind: 'choice',
      label: monthYearLong(candidate),
      chosen: candidate === month,
      onPick: () => chooseMonth(candidate),
    });
  }
  return (
    <Menu
      label="Period"
      trigger={
        <button type="button" className={styles['period']}>
          Period <strong>{monthYear(month)}</strong>
          <ChevronDown size={13} aria-hidden="true" />
        </button>
      }
      entries={entries}
    />
  );
}
