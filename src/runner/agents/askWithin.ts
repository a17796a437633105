import {RebenchError} from "../../errors.js";
import type {ModelAnswer, ModelRequest} from "../gateway/model.js";
import type {AgentContext} from "./agent.js";

/** An answer of the model; null where the attempt ended meanwhile or its budget of tokens or dollars is spent. */
export async function askWithin(context: AgentContext, request: Omit<ModelRequest, "signal">): Promise<ModelAnswer | null> {
  const {model, signal, log} = context;
  try {
    const answer = await model.ask({...request, signal});
    return signal.aborted ? null : answer;
  } catch (error) {
    if (signal.aborted) return null;
    if (!(error instanceof RebenchError && error.code === "budget-spent")) throw error;
    log(error.problem);
    return null;
  }
}
