/** Keeps a failing screen from taking the shell with it. */
import { Component, type ReactNode } from 'react';
import { ErrorState } from '#renderer/ui/States.tsx';

interface BoundaryState {
  readonly error: Error | null;
}

export class ScreenBoundary extends Component<{ readonly title: string; readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: Error): BoundaryState {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <ErrorState
        title={`${this.props.title} could not be shown`}
        text="The screen stopped; the other screens work, and your data is safe."
        onRetry={() => this.setState({ error: null })}
        details={`${error.name}: ${error.message}\n${error.stack ?? ''}`}
      />
    );
  }
}
