/** Where a figure comes from: its moment, what of the data is here, the formula. */
import type { Provenance } from '#contract/queries.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { integer } from '#renderer/format/numbers.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import styles from './figures.module.css';

export function ProvenanceSection({
  provenance,
  formula,
}: {
  readonly provenance: Provenance;
  readonly formula: string;
}) {
  return (
    <>
      <PanelSection title="Formula">
        <p className={styles['formula']}>{formula}</p>
      </PanelSection>
      <PanelSection title="Where it comes from">
        <PanelRow label="As of" value={dateAndTime(provenance.as_of_ms)} />
        <PanelRow label="Data" value={<Coverage coverage={provenance.coverage} />} />
        <PanelRow label="Checkpoint" value={integer(provenance.checkpoint)} />
        <PanelRow label="Computed in" value={`${integer(provenance.elapsed_ms)} ms`} />
      </PanelSection>
    </>
  );
}

/** 'complete', or what is still on its way. */
export function Coverage({ coverage }: { readonly coverage: string }) {
  return <Status shape={coverage === 'complete' ? 'good' : 'working'}>{coverage}</Status>;
}
