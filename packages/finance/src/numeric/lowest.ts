/** Up to so many values, keeping the lowest in a short sorted list is faster than sorting everything. */
const SHORT_LIST = 64;

/** The lowest `count` of the values that are numbers, ascending; fewer when there are fewer. */
export function lowest(values: Float64Array, count: number): Float64Array {
  return count > SHORT_LIST ? sortedNumbers(values).subarray(0, count) : shortList(values, count);
}

function shortList(values: Float64Array, count: number): Float64Array {
  const list = new Float64Array(count);
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value || (length === count && value >= list[length - 1]!)) continue;
    let at = length < count ? length++ : length - 1;
    while (at > 0 && list[at - 1]! > value) {
      list[at] = list[at - 1]!;
      at--;
    }
    list[at] = value;
  }
  return list.subarray(0, length);
}

function sortedNumbers(values: Float64Array): Float64Array {
  return values.filter((value) => value === value).sort();
}
