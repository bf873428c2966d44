/** A figure screen of a company without an order line: it has none, or they are not here yet. */
import { useSyncPill } from '#renderer/client/useContract.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty } from '#renderer/ui/States.tsx';

/** `then`: what appears with them, a sentence. */
export function NoMonth({ then }: { readonly then: string }) {
  const { scope } = useWorkplace();
  const loading = useSyncPill()?.progress != null;
  return loading ? (
    <Empty title="Orders are still loading" text="Months come newest first, and appear by themselves." />
  ) : (
    <Empty
      title="No order lines yet"
      text={`${scope.name} ${scope.all ? 'have' : 'has'} no orders among yours. ${then}`}
    />
  );
}
