import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './controls.module.css';
import { KeyHint } from './KeyHint.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One solid button a view; plain and link carry no frame. */
  readonly kind?: 'solid' | 'outline' | 'plain' | 'link';
  readonly icon?: ReactNode;
  /** Key cap shown beside the words, such as 'S' or 'Ctrl ↵'. */
  readonly keyCap?: string;
  readonly wide?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button says the effect, verb first: 'Sign 184,220.15'. */
export function Button({ kind = 'outline', icon, keyCap, wide, className, children, ...rest }: ButtonProps) {
  const look = kind === 'outline' ? '' : styles[kind];
  return (
    <button
      type="button"
      className={[styles['button'], look, wide ? styles['wide'] : '', className ?? ''].filter(Boolean).join(' ')}
      {...rest}
    >
      {icon}
      {children}
      {keyCap ? <KeyHint cap={keyCap} /> : null}
    </button>
  );
}

/** A square button with an icon; `label` is its name for everyone who does not see the icon. */
export function IconButton({
  label,
  children,
  ...rest
}: Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> & { readonly label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`${styles['button']} ${styles['plain']} ${styles['icon']}`}
    >
      {children}
    </button>
  );
}
