/** What is imported, and into which company. */
import type { StoreApi } from 'zustand';
import { useStore } from 'zustand';
import { KIND_NAMES } from '#domain/imports/kinds/kinds.ts';
import { isTimeZone } from '#domain/imports/orders/zoneTime.ts';
import type { OpenFileImport } from '#contract/wire/fileImports.ts';
import { useWorkplace, type Workplace } from '#renderer/shell/workplace.ts';
import { Field, Select, Tick } from '#renderer/ui/Field.tsx';
import { chooseKind, choiceKind, type ImportChoice, type ImportState } from './importState.ts';
import styles from './imports.module.css';

const NEW = '';
/** What an import can make beside its own rows, where it is told to. */
const MAKES: Readonly<Partial<Record<ImportChoice, string>>> = {
  items: 'suppliers',
  stock: 'sites',
  valuation: 'sites',
  purchases: 'suppliers and sites',
  gl: 'accounts',
};

type Place = Pick<OpenFileImport, 'company_code' | 'new_company'>;

/** Orders first: they are most of what there is. */
export function importChoices(see_finance: boolean): readonly ImportChoice[] {
  return ['orders', ...KIND_NAMES.filter((name) => choiceKind(name).area === 'general' || see_finance)];
}

/** Where the file goes: the company chosen, the one in view, or one that is made with it. */
export function placeOf(state: ImportState, { company, has_company }: Workplace): Place {
  if (has_company && !state.makes_company)
    return { company_code: state.company_code ?? company.code, new_company: null };
  const { code, ...new_company } = state.new_company;
  return { company_code: code, new_company };
}

/** Why the company will not do; null when it will. */
export function placeProblem({ company_code, new_company }: Place, kind: ImportChoice): string | null {
  if (new_company === null) return null;
  if (kind === 'orders') return 'Orders go into a company that exists. Import its items or customers first.';
  if (!/^\S.{0,39}$/.test(company_code)) return 'The new company needs a code.';
  if (new_company.name.trim() === '') return 'The new company needs a name.';
  if (!/^[A-Z]{3}$/.test(new_company.currency)) return 'A currency is three capital letters, such as EUR.';
  return isTimeZone(new_company.time_zone) ? null : 'A time zone looks like Europe/Amsterdam.';
}

export function Target({ store, disabled }: { readonly store: StoreApi<ImportState>; readonly disabled: boolean }) {
  const workplace = useWorkplace();
  const { session, companies, company, has_company } = workplace;
  const state = useStore(store);
  const { new_company } = state;
  const makes = state.makes_company || !has_company;
  const makes_missing = MAKES[state.kind];
  const kinds = importChoices(session.may.see_finance);
  const setNew = (changed: Partial<ImportState['new_company']>): void =>
    store.setState({ new_company: { ...store.getState().new_company, ...changed } });
  return (
    <fieldset className={styles['target']} disabled={disabled}>
      <legend className={styles['heard']}>What and where</legend>
      <Select<ImportChoice>
        label="Kind"
        value={state.kind}
        options={kinds.map((name) => ({ value: name, label: choiceKind(name).title }))}
        onChange={(kind) => chooseKind(store, kind)}
      />
      {has_company ? (
        <Select
          label="Company"
          value={makes ? NEW : (state.company_code ?? company.code)}
          options={[
            ...companies.map(({ code, name }) => ({ value: code, label: name })),
            ...(session.may.administer ? [{ value: NEW, label: 'A new company' }] : []),
          ]}
          onChange={(code) =>
            store.setState(code === NEW ? { makes_company: true } : { makes_company: false, company_code: code })
          }
        />
      ) : null}
      {makes ? (
        <div className={styles['company']}>
          <Field
            label="Code of the new company"
            maxLength={40}
            value={new_company.code}
            onChange={(event) => setNew({ code: event.target.value })}
          />
          <Field
            label="Name"
            maxLength={200}
            value={new_company.name}
            onChange={(event) => setNew({ name: event.target.value })}
          />
          <Field
            label="Currency"
            maxLength={3}
            value={new_company.currency}
            onChange={(event) => setNew({ currency: event.target.value.toUpperCase() })}
          />
          <Field
            label="Time zone"
            maxLength={64}
            value={new_company.time_zone}
            onChange={(event) => setNew({ time_zone: event.target.value })}
          />
        </div>
      ) : null}
      {makes_missing === undefined ? null : (
        <Tick
          label={`Make ${makes_missing} that are missing`}
          checked={state.make_missing}
          onChange={(make_missing) => store.setState({ make_missing })}
        />
      )}
      {state.kind === 'stock' ? (
        <Tick
          label="The file is complete: what it does not name becomes 0 at its sites"
          checked={state.complete}
          onChange={(complete) => store.setState({ complete })}
        />
      ) : null}
    </fieldset>
  );
}
