/** Within a runner that was sent to a host: what its user has added to what comes with rebench. */
export const ADDED_ENVIRONMENTS = "added";
export const ADDED_PRICES = "added-prices.json";
