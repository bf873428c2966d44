/** Economic order quantity √(2·D·K/h): yearly demand, cost of one order, yearly cost of holding one unit. */
export function economicOrderQty(yearly_demand_qty: number, order_cost: number, yearly_holding_cost: number): number {
  if (yearly_demand_qty < 0 || order_cost < 0 || yearly_holding_cost <= 0) {
    throw new RangeError('demand and order cost must not be negative, holding cost must be positive');
  }
  return Math.sqrt((2 * yearly_demand_qty * order_cost) / yearly_holding_cost);
}
