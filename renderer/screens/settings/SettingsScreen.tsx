/** How this person wants it on this machine, and what this machine holds. */
import type { ReactNode } from 'react';
import { useAsk } from '#renderer/client/useContract.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { bytes, integer, NO_DATA } from '#renderer/format/numbers.ts';
import { type Density, type RailChoice, usePreference, usePreferenceStore } from '#renderer/shell/preferences.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import type { ThemeChoice } from '#renderer/theme/theme.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Tick } from '#renderer/ui/Field.tsx';
import styles from './settings.module.css';

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const satisfies readonly { value: ThemeChoice; label: string }[];
const DENSITIES = [
  { value: 'dense', label: 'Dense, 26 px' },
  { value: 'roomy', label: 'Roomy, 32 px' },
] as const satisfies readonly { value: Density; label: string }[];
const RAILS = [
  { value: 'auto', label: 'As the screen needs' },
  { value: 'open', label: 'With words' },
  { value: 'narrow', label: 'Narrow' },
] as const satisfies readonly { value: RailChoice; label: string }[];

export default function SettingsScreen() {
  const store = usePreferenceStore();
  const preferences = usePreference((all) => all);
  const { session } = useWorkplace();
  const { data: status } = useAsk('syncStatus', {});
  const arranged = Object.keys(preferences.columns).length;
  return (
    <ScreenFrame title="Settings" subtitle="Kept on this machine">
      <div className={styles['page']}>
        <section>
          <h2>Appearance</h2>
          <Row name="Colours">
            <SegmentedControl<ThemeChoice>
              label="Colours"
              options={THEMES}
              value={preferences.theme}
              onChange={(theme) => store.setState({ theme })}
            />
          </Row>
          <Row name="Rows">
            <SegmentedControl<Density>
              label="Rows"
              options={DENSITIES}
              value={preferences.density}
              onChange={(density) => store.setState({ density })}
            />
          </Row>
          <Row name="Rail">
            <SegmentedControl<RailChoice>
              label="Rail"
              options={RAILS}
              value={preferences.rail}
              onChange={(rail) => store.setState({ rail })}
            />
          </Row>
          <Row name="Columns">
            <Button disabled={arranged === 0} onClick={() => store.setState({ columns: {} })}>
              Restore all views
            </Button>
            <span className={styles['aside']}>
              {arranged === 0 ? 'no view was rearranged' : `${integer(arranged)} rearranged`}
            </span>
          </Row>
        </section>
        <section>
          <h2>Keys</h2>
          <Row name="Single letters">
            <Tick
              label="Letters such as F or G act while a grid has the focus"
              checked={preferences.single_letter_keys}
              onChange={(single_letter_keys) => store.setState({ single_letter_keys })}
            />
          </Row>
        </section>
        <section>
          <h2>You</h2>
          <Row name="Name">{session.display_name}</Row>
          <Row name="User">{session.user_name}</Row>
          <Row name="Roles">
            <ul>
              {session.grants.map((grant) => (
                <li key={grant.id}>
                  {grant.role}, {grant.company_code ?? 'all companies'}
                  {grant.site_code ? `, site ${grant.site_code}` : ''}
                  {grant.channel_code ? `, channel ${grant.channel_code}` : ''}
                </li>
              ))}
            </ul>
          </Row>
        </section>
        <section>
          <h2>This machine</h2>
          <Row name="Device">{session.device}</Row>
          <Row name="Server">{session.server_url}</Row>
          <Row name="Data">
            {status ? `${integer(status.rows)} rows, ${bytes(status.bytes_on_disk)}, encrypted` : NO_DATA}
          </Row>
          <Row name="As of">{dateAndTime(status?.pill.as_of_ms ?? null)}</Row>
          <Row name="Checkpoint">{status ? integer(status.checkpoint) : NO_DATA}</Row>
        </section>
      </div>
    </ScreenFrame>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles['row']}>
      <span className={styles['name']}>{name}</span>
      <div className={styles['value']}>{children}</div>
    </div>
  );
}
