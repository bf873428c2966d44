/** The line under the trail's head: its chain as it was checked on this machine, and beside the server on request. */
import { useAsk, useAsOf, useRun } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Banner } from '#renderer/ui/States.tsx';
import { chainWords, comparedWords } from './chainWords.ts';

export function TrailChain({ reachable }: { readonly reachable: boolean }) {
  const chain = useAsk('auditChainHere', {});
  const compare = useRun('auditCompare');
  const as_of_ms = useAsOf(chain.data?.provenance);
  const { data } = chain;
  if (chain.error) {
    return (
      <Banner>
        <strong>The chain could not be checked here.</strong> {chain.error.message}
      </Banner>
    );
  }
  if (!data) return null;
  const { tone, lead, rest } = chainWords(data);
  const compared = compare.data ? comparedWords(compare.data) : null;
  return (
    <Banner
      tone={tone === 'warn' || compared?.fits === false ? 'warn' : 'good'}
      action={
        <Button disabled={!reachable || compare.isPending} onClick={() => compare.mutate({})}>
          {compare.isPending ? 'Comparing' : 'Compare with the server'}
        </Button>
      }
    >
      <strong>{lead}</strong> <span title={data.last?.seal}>{rest}</span>
      {as_of_ms === null ? null : <>, as of {clock(as_of_ms)}</>}
      {compare.error ? (
        <>
          {' · '}
          <Status shape="refused">not compared: {compare.error.message}</Status>
        </>
      ) : compared === null || !compare.data ? null : (
        <>
          {' · '}
          {compared.fits ? (
            `${compared.words}, ${clock(compare.data.at_ms)}`
          ) : (
            <Status shape="refused">{compared.words}</Status>
          )}
        </>
      )}
    </Banner>
  );
}
