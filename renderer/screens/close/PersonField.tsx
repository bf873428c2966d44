/** Somebody a task is planned for: typed, or chosen of those who may; empty is anyone with the role. */
import { useState } from 'react';
import type { ClosePersonView } from '#contract/queries.ts';
import { type Suggestion, SuggestField } from '#renderer/ui/SuggestField.tsx';

const MOST_SHOWN = 8;

export function PersonField({
  label,
  value,
  people,
  wrong,
  autoFocus = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  /** Those who may. */
  readonly people: readonly ClosePersonView[];
  readonly wrong: string | null;
  readonly autoFocus?: boolean;
  readonly onChange: (user_name: string) => void;
}) {
  /** What was typed since something was chosen; '' = all are asked for, null = nothing is. */
  const [typed, setTyped] = useState<string | null>(null);
  const fitting = typed === null ? [] : people.filter((person) => fits(person, typed)).slice(0, MOST_SHOWN);
  return (
    <SuggestField
      label={label}
      maxLength={40}
      autoFocus={autoFocus}
      value={value}
      wrong={wrong}
      hint="A click or the down arrow lists who may; empty is anyone with the role."
      suggested={fitting.map(({ user_name, display_name }) => ({ id: user_name, code: user_name, name: display_name }))}
      onAsk={() => setTyped('')}
      onLeave={() => setTyped(null)}
      onText={(text) => {
        onChange(text);
        setTyped(text.trim());
      }}
      onChoose={({ code }: Suggestion) => {
        onChange(code);
        setTyped(null);
      }}
    />
  );
}

function fits({ user_name, display_name }: ClosePersonView, typed: string): boolean {
  const word = typed.toLowerCase();
  return user_name !== word && (user_name.includes(word) || display_name.toLowerCase().includes(word));
}
