/** Where a file is dropped, or chosen by a button. */
import { Upload } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import styles from './controls.module.css';

export function FileDrop({
  title,
  text,
  accept,
  label,
  disabled = false,
  compact = false,
  more,
  onFile,
}: {
  readonly title: string;
  /** Which files, and what becomes of one. */
  readonly text: string;
  /** As the file dialog takes it: '.csv,text/csv'. */
  readonly accept: string;
  /** 'File to import' */
  readonly label: string;
  readonly disabled?: boolean;
  /** Among other things, not the one thing of a screen. */
  readonly compact?: boolean;
  /** Beside the button. */
  readonly more?: ReactNode;
  readonly onFile: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <section
      className={`${styles['drop']} ${compact ? styles['dropCompact'] : ''}`}
      aria-label="File"
      data-over={over ? '' : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Upload size={18} aria-hidden="true" />
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
        <div className={styles['dropButtons']}>
          <Button disabled={disabled} onClick={() => input.current?.click()}>
            Choose a file
          </Button>
          {more}
        </div>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={label}
          accept={accept}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            // The same file may be chosen again after it was corrected.
            event.target.value = '';
            if (file) onFile(file);
          }}
        />
      </div>
    </section>
  );
}
