/** A task with every line of both sides: what is signed is the whole, so the whole is read before it is shown. */
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { CloseTaskDetail } from '#contract/queries.ts';
import type { CallError } from '#renderer/client/callError.ts';
import { useClient } from '#renderer/client/useContract.ts';

const BLOCK_LINES = 500;
/** As many as the grid shows at once; the figures beside it are of all lines whatever their number. */
const MOST_LINES = 10_000;

export function useCloseTask(task_id: number | null): UseQueryResult<CloseTaskDetail, CallError> {
  const client = useClient();
  return useQuery<CloseTaskDetail, CallError>({
    queryKey: ['closeTask', { task_id }],
    enabled: task_id !== null,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const id = task_id ?? 0;
      let detail = await client.call('closeTask', { task_id: id, limit: BLOCK_LINES }, { signal });
      while (detail.lines.length < Math.min(detail.total_lines, MOST_LINES)) {
        const block = await client.call(
          'closeTask',
          { task_id: id, offset: detail.lines.length, limit: BLOCK_LINES },
          { signal },
        );
        // the content moved between two blocks: the first is of another balance, so everything is read again
        if (block.task.content_hash !== detail.task.content_hash) {
          detail = await client.call('closeTask', { task_id: id, limit: BLOCK_LINES }, { signal });
          continue;
        }
        if (block.lines.length === 0) break;
        detail = { ...block, lines: [...detail.lines, ...block.lines] };
      }
      return detail;
    },
  });
}
