import type {Agent, AgentContext} from "./agent.js";

/** A person at a shell inside the sandbox. `interact` opens it, and resolves when it is closed for good. */
export const humanAgent = (interact: (context: AgentContext) => Promise<void>): Agent => ({
  name: "human",
  participant: {scaffold: null, model: null},
  models: [],
  run: async (context) => {
    context.log(context.saved == null ? "A shell is opened." : "A new shell is opened: the one before was cut off.");
    await context.save({hasStarted: true});
    await interact(context);
  },
});

/** What a person is told when the shell opens. */
export const greeting = (title: string, isResumed: boolean): string => `${title}
${isResumed ? "Your files are as you left them; running programs are gone.\n" : ""}The task is in instructions.md. Your commands:
  score            scores what is in the workspace; score --log lists the scores so far
  clock            time used and left; clock pause and clock resume for breaks
  submit           ends the attempt with what is in the workspace
`;
