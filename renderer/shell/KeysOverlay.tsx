import { Dialog } from '#renderer/ui/Dialog.tsx';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import { useKeyGroups } from './keys.tsx';
import { usePreference } from './preferences.ts';
import styles from './shell.module.css';

/** '?': every key that acts now, by where it acts. */
export function KeysOverlay({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const groups = useKeyGroups();
  const singles = usePreference((preferences) => preferences.single_letter_keys);
  return (
    <Dialog open={open} onClose={onClose} title="Keys" aside={singles ? '' : 'single letters are switched off'}>
      <div className={styles['keyGroups']}>
        {groups.map(({ group, actions }, index) => (
          <section key={`${group}-${index}`}>
            <h3>{group}</h3>
            <dl>
              {actions.map((action) => (
                <div key={`${action.cap}${action.word}`}>
                  <dt>
                    <KeyHint cap={action.cap} />
                    <span className={styles['heard']}>{action.cap}</span>
                  </dt>
                  <dd>{action.help ?? action.word}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
