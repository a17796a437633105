import {expect, it} from "vitest";
import {createAdmission} from "../../../src/runner/gateway/admission.js";
import {createMeter} from "../../../src/runner/gateway/meter.js";

it("lets in what fits when the call before it is given up", async () => {
  const meter = createMeter({prices: () => null, day: "2026-01-01", tokenLimit: 100, costLimitUsd: null});
  const {enter} = createAdmission(meter, 10);
  const [gone, here] = [new AbortController(), new AbortController()];
  const leave = await enter({tokens: 60, usd: 0}, here.signal);
  const large = enter({tokens: 90, usd: 0}, gone.signal);
  const small = enter({tokens: 30, usd: 0}, here.signal); // in its turn
  const refused = expect(large).rejects.toBe("given up");
  gone.abort("given up");
  await refused;
  (await small)();
  leave();
});
