/**
 * A number to twelve significant digits: powers with broken exponents differ in their last digit between versions of Node, and
 * figures are the same bytes on all of them.
 *
 * @example significant(6.3295420629116705) // => 6.32954206291
 */
export const significant = (value: number): number => Number(value.toPrecision(12));
