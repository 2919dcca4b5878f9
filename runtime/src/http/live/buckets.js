// Buckets of a histogram as columns: few enough to be seen, and wide enough for what is promised to be among them.

/** As many as are told apart by eye, and have a bound below here and there. */
const COLUMNS = 40;

/** Adds every two into one, from the shortest on: their bounds are bounds still, and no call changes sides. */
function pairs(buckets) {
  const merged = [];
  for (let index = 0; index < buckets.length; index += 2) {
    const [first, second = after(first)] = buckets.slice(index, index + 2);
    merged.push({ gt: first.gt, le: second.le, count: first.count + second.count });
  }
  return merged;
}

const factorOf = ({ gt, le }) => (gt > 0 ? le / gt : 2);
const after = (bucket) => ({ gt: bucket.le, le: bucket.le * factorOf(bucket), count: 0 });
const before = (bucket) => ({ gt: bucket.gt / factorOf(bucket), le: bucket.gt, count: 0 });

/**
 * Columns for `buckets` (`{ gt, le, count }`), all of one factor, but for a first one from 0 on: an empty one on each side of
 * what there is, and as far as `wanted` seconds, if there is room.
 */
export function columnsOf(buckets, wanted) {
  let columns = buckets;
  while (columns.length > COLUMNS - 2) columns = pairs(columns);
  columns = [...columns, after(columns.at(-1))];
  if (columns[0].gt > 0) columns.unshift(before(columns[0]));
  if (typeof wanted !== "number") return columns;
  const further = [...columns];
  const isHere = () => further[0].gt <= wanted * 1.000001 && wanted * 0.999999 <= further.at(-1).le;
  while (further.length < COLUMNS && !isHere()) {
    if (further.at(-1).le < wanted) further.push(after(further.at(-1)));
    else further.unshift(before(further[0]));
  }
  // Not half of the way: that were columns less for what there is.
  return isHere() ? further : columns;
}

/** Where a duration is among columns, in columns; they grow by factors, and so it is within its own. */
export function placeOf(value, columns) {
  // Quantiles are bounds in whole nanoseconds.
  const at = columns.findIndex(({ le }) => le >= value * 0.999999 - 5e-10);
  if (at < 0) return columns.length;
  const { gt, le } = columns[at];
  const low = gt || le / 2;
  return at + Math.min(1, Math.max(0, Math.log(value / low) / Math.log(le / low) || 0));
}
