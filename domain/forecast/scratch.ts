/** Room for intermediate values that is used again by every series: the inner loops of 20,000 forecasts allocate nothing. */
export class Scratch {
  private readonly rooms: Float64Array[] = [];

  /** The room of that number with at least `length` places; what is in it is left from before. */
  room(number: number, length: number): Float64Array {
    const room = this.rooms[number];
    if (room !== undefined && room.length >= length) return room;
    const larger = new Float64Array(Math.max(64, 2 * length));
    this.rooms[number] = larger;
    return larger;
  }
}
