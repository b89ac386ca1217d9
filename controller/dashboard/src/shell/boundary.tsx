import { Button, Group } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Failed } from '../parts/failed.tsx';

interface BoundaryProps {
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error: Error | undefined;
}

/** Keeps a page that cannot be drawn from taking the rest of the dashboard with it, the kill switch above all. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static getDerivedStateFromError(thrown: unknown): BoundaryState {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <>
        <h1>This page cannot be drawn</h1>
        <Failed error={error} />
        <Group mt="md">
          <Button onClick={() => this.setState({ error: undefined })}>Draw it again</Button>
        </Group>
      </>
    );
  }
}
