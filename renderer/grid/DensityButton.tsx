import { Rows3, Rows4 } from 'lucide-react';
import { usePreference, usePreferenceStore } from '#renderer/shell/preferences.ts';
import { Button } from '#renderer/ui/Button.tsx';

/** Dense rows (26 px) or roomy ones (32 px), for all grids. */
export function DensityButton() {
  const store = usePreferenceStore();
  const density = usePreference((preferences) => preferences.density);
  const dense = density === 'dense';
  return (
    <Button
      kind="plain"
      icon={dense ? <Rows4 size={14} aria-hidden="true" /> : <Rows3 size={14} aria-hidden="true" />}
      aria-label={`Rows: ${density}. Change to ${dense ? 'roomy' : 'dense'}`}
      onClick={() => store.setState({ density: dense ? 'roomy' : 'dense' })}
    >
      {dense ? 'Dense' : 'Roomy'}
    </Button>
  );
}
