/** Role, and how far it reaches: fields shared by a new user and a further grant. */
import type { CompanyView } from '#contract/queries.ts';
import { Select } from '#renderer/ui/Field.tsx';
import { type GrantFields, ROLE_OPTIONS, ROLE_WORDS, scopeOptions } from './accounts.ts';
import styles from './admin.module.css';

export function GrantForm({
  fields,
  companies,
  onChange,
}: {
  readonly fields: GrantFields;
  readonly companies: readonly CompanyView[];
  readonly onChange: (fields: GrantFields) => void;
}) {
  const options = scopeOptions(companies, fields.company_code);
  return (
    <>
      <Select
        label="Role"
        value={fields.role}
        options={ROLE_OPTIONS}
        onChange={(role) => onChange({ ...fields, role })}
      />
      <p className={styles['hint']}>Sees {ROLE_WORDS[fields.role].may}.</p>
      <Select
        label="Company"
        value={fields.company_code}
        options={options.companies}
        onChange={(company_code) => onChange({ ...fields, company_code, site_code: '', channel_code: '' })}
      />
      {fields.company_code === '' ? null : (
        <div className={styles['pair']}>
          <Select
            label="Site"
            value={fields.site_code}
            options={options.sites}
            onChange={(site_code) => onChange({ ...fields, site_code })}
          />
          <Select
            label="Channel"
            value={fields.channel_code}
            options={options.channels}
            onChange={(channel_code) => onChange({ ...fields, channel_code })}
          />
        </div>
      )}
    </>
  );
}
