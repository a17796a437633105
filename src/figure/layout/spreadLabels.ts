type Block = {sum: number; count: number};

/**
 * Where labels go that want to be at `targets` but must keep `gap` between neighbours: the positions with the least sum of
 * squared moves that keep the order, found by pooling adjacent violators, then pushed into [low, high].
 *
 * @param targets Ascending.
 * @param gap Between two neighbours, 0 or more.
 * @param low The first label is not before it.
 * @param high The last label is not after it, unless all of them do not fit: then they overflow there.
 * @returns One position for each target, ascending.
 * @see Barlow et al. 1972, Statistical Inference under Order Restrictions: isotonic regression.
 * @example spreadLabels([10, 10], 4, 0, 100) // => [8, 12]
 */
export function spreadLabels(targets: readonly number[], gap: number, low: number, high: number): number[] {
  const blocks: Block[] = [];
  targets.forEach((target, i) => {
    let block: Block = {sum: target - i * gap, count: 1}; // without the gaps, positions only have to ascend
    while (blocks.length > 0 && meanOf(blocks.at(-1)!) > meanOf(block)) {
      const before = blocks.pop()!;
      block = {sum: before.sum + block.sum, count: before.count + block.count};
    }
    blocks.push(block);
  });
  const most = Math.max(low, high - (targets.length - 1) * gap);
  const levels = blocks.flatMap((block) => Array.from({length: block.count}, () => Math.min(Math.max(meanOf(block), low), most)));
  return levels.map((level, i) => level + i * gap);
}

const meanOf = ({sum, count}: Block) => sum / count;
