/** Stock: of one company its positions, of all together what lies where and what it is worth. */
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { StockOfAll } from './StockOfAll.tsx';
import StockScreen from './StockScreen.tsx';

export default function StockEntry() {
  const { scope } = useWorkplace();
  return scope.all ? <StockOfAll key={scope.key} /> : <StockScreen />;
}
