import {describe, expect, it} from "vitest";
import {readCatalogue} from "../../src/environment/catalogue.js";
import {RebenchError} from "../../src/errors.js";
import {humanCsvTemplate, readHumanCsv} from "../../src/import/humanCsv.js";
import type {FileContent, ImportContext} from "../../src/import/row.js";
import {attemptSchema} from "../../src/record/attempt.js";

const catalogue = readCatalogue();
const context = (columnMap: Record<string, string> = {}): ImportContext => ({
  catalogue,
  fileName: "people.csv",
  humanTimeLimitSeconds: 28_800,
  columnMap,
});
const read = (text: string, columnMap: Record<string, string> = {}) => readHumanCsv(text, context(columnMap));
const attempts = ({rows}: FileContent) => rows.flatMap((row) => ("attempt" in row ? [row.attempt] : []));
const problems = ({rows}: FileContent) => rows.flatMap((row) => ("problems" in row ? row.problems : []));
const only = (text: string) => {
  const content = read(text);
  expect(problems(content)).toEqual([]);
  return attempts(content)[0]!;
};
const thrown = (call: () => unknown): RebenchError => {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(RebenchError);
    return error as RebenchError;
  }
  throw new Error("nothing was thrown");
};
/** One attempt whose cell of `column` holds `cell`, in a file separated by `separator`. */
const withCell = (column: string, cell: string, separator = ",") =>
  read([`environment${separator}score${separator}${column}`, `optimize_kernel${separator}1${separator}${cell}`].join("\n"));

describe("one row per attempt", () => {
  it("reads every column", () => {
    const attempt = only(
      [
        "ID,Environment,Person,Cohort,Years Experience,time-limit,workingTime,score,started_at,ended_at,environment_version,starting_score,reference_score,status,matched_expectation,transcript",
        "a1,ai_rd_triton_cumsum,P1,ML hiring,4.5,8h,7:45,0.61,2026-01-31T13:00:00+01:00,2026-01-31T21:00:00.5Z,2,1.56,0.47,Finished,yes,notes/a1.txt",
      ].join("\n"),
    );
    expect(attempt).toEqual(
      attemptSchema.parse({
        schemaVersion: 1,
        id: "a1",
        participant: {kind: "human", person: "P1", cohort: "ML hiring", yearsExperience: 4.5},
        environment: "optimize_kernel",
        environmentVersion: "2",
        timeLimitSeconds: 28_800,
        workingSeconds: 27_900,
        startedAt: "2026-01-31T12:00:00.000Z",
        endedAt: "2026-01-31T21:00:00.500Z",
        status: "finished",
        startingScore: 1.56,
        referenceScore: 0.47,
        finalScore: 0.61,
        finalScoreRule: "reported",
        scoreMatchedExpectation: true,
        transcript: "notes/a1.txt",
      }),
    );
  });

  it("numbers the attempts of a person without ids, the same on every reading", () => {
    const text = "environment,person,score\noptimize_kernel,P1,1\nai_rd_triton_cumsum,P1,0.9\nscaling_law,P1,0.5\noptimize_kernel,,1\n";
    const ids = attempts(read(text)).map(({id}) => id);
    expect(ids).toEqual([
      "people.csv/P1/optimize_kernel/1",
      "people.csv/P1/optimize_kernel/2",
      "people.csv/P1/scaling_law/1",
      "people.csv/anonymous/optimize_kernel/1",
    ]);
    expect(attempts(read(text)).map(({id}) => id)).toEqual(ids);
  });

  it("numbers also the rows that it cannot import, so that a corrected file gives the same ids", () => {
    const content = read("environment,person,score\noptimize_kernel,P1,oops\noptimize_kernel,P1,1\n");
    expect(attempts(content).map(({id}) => id)).toEqual(["people.csv/P1/optimize_kernel/2"]);
  });

  it("refuses an id that occurs twice", () => {
    expect(problems(read("id,environment,score\na,optimize_kernel,1\na,scaling_law,0.5\n"))).toEqual([
      {line: 3, field: "id", found: "a", expected: expect.stringContaining("line 2")},
    ]);
  });

  it("transforms natural scores and keeps normalized ones", () => {
    const natural = read("environment,natural_score\noptimize_kernel,1.6\nfix_embedding,2.8\nrust_codecontests,0.05\n");
    // Python: math.log(1.6), math.log(2.8 - 1.5)
    expect(attempts(natural).map(({finalScore}) => finalScore)).toEqual([
      expect.closeTo(0.47000362924573563, 12),
      expect.closeTo(0.26236426446749106, 12),
      0.05,
    ]);
    expect(only("environment,normalized_score\noptimize_kernel,1.2")).toMatchObject({scoreScale: "normalized", finalScore: 1.2});
  });

  it.each([
    ["optimize_kernel", "0", "ms value above 0"],
    ["fix_embedding", "1.5", "above 1.5"],
  ])("refuses a natural score without raw score: %s %s", (environment, cell, expected) => {
    expect(problems(read(`environment,natural_score\n${environment},${cell}`))).toEqual([
      {line: 2, field: "natural_score", found: cell, expected: expect.stringContaining(expected)},
    ]);
  });

  it("prefers the raw score, says so, and refuses a row that has only the other", () => {
    const content = read("environment,normalized_score,score\noptimize_kernel,0.9,0.6\noptimize_kernel,0.9,\n");
    expect(attempts(content)).toMatchObject([{scoreScale: "raw", finalScore: 0.6}]);
    expect(problems(content)).toMatchObject([{line: 3, field: "score", found: "an empty cell"}]);
    expect(content.notes).toContain('Scores are those of "score"; "normalized_score" not imported.');
    expect(
      attempts(read("environment,normalized_score,score\noptimize_kernel,0.9,0.6", {normalized_score: "normalized_score"})),
    ).toMatchObject([{scoreScale: "normalized", finalScore: 0.9}]);
  });

  it.each(["", "NaN", "NA", "n/a", "null", "  "])("reads the score %j as missing, in a finished attempt", (cell) => {
    const content = read(`environment,score,person\noptimize_kernel,${cell},P1`);
    expect(attempts(content)).toMatchObject([{status: "finished", finalScore: null}]);
    expect(content.notes).toContain("1 attempt without a valid score.");
  });

  it.each(["Infinity", "-inf", "1e999", "12%", "0,53,1", "abc", "."])("refuses the score %j", (cell) => {
    expect(problems(read(`environment,score\noptimize_kernel,"${cell}"`))).toMatchObject([{line: 2, field: "score", found: cell}]);
  });

  it("collects every problem of a row, by the file's own header", () => {
    const text = "Environment,Score,Status,Years experience,Matched-expectation,Started at\noptimize_kernal,x,lost,-1,perhaps,yesterday\n";
    expect(problems(read(text))).toEqual([
      {line: 2, field: "Environment", found: "optimize_kernal", expected: "an environment: did you mean optimize_kernel?"},
      {line: 2, field: "Started at", found: "yesterday", expected: expect.stringContaining("time with zone")},
      {line: 2, field: "Status", found: "lost", expected: "finished or error"},
      {line: 2, field: "Matched-expectation", found: "perhaps", expected: "yes or no"},
      {line: 2, field: "Score", found: "x", expected: expect.stringContaining("finite number")},
    ]);
  });

  it.each([
    ["years_experience", "-1"],
    ["transcript", "javascript:alert(1)"],
    ["transcript", "/etc/passwd"],
    ["starting_score", "1.56"],
    ["time_limit", "0"],
    ["working_time", "7:61"],
    ["started_at", "2026-02-30T10:00:00Z"],
    ["started_at", "9999-12-31T23:59:59-14:00"],
  ])("refuses %s %s", (column, cell) => {
    expect(problems(withCell(column, cell))).toMatchObject([{line: 2, field: column === "starting_score" ? "reference_score" : column}]);
  });

  it("assumes the time limit where none is recorded, and says for how many", () => {
    const content = read("environment,score,time_limit\noptimize_kernel,1,2h\noptimize_kernel,1,\n");
    expect(attempts(content)).toMatchObject([
      {timeLimitSeconds: 7200, timeLimitAssumed: false},
      {timeLimitSeconds: 28_800, timeLimitAssumed: true},
    ]);
    expect(content.notes).toContain("No time limit is recorded for 1 attempt; 8h assumed.");
    expect(attempts(content)[0]).toMatchObject({pauses: null, scoreLog: null, workingSeconds: null});
  });

  it("keeps a time without zone as text, and says so", () => {
    const content = read("environment,score,started_at,ended_at\noptimize_kernel,1,2026-01-31 09:00,31.01.2026 17:00\n");
    expect(attempts(content)).toMatchObject([
      {startedAt: null, endedAt: null, sourceFields: {started_at: "2026-01-31 09:00", ended_at: "31.01.2026 17:00"}},
    ]);
    expect(content.notes).toContain("Times without a zone in 1 attempt: kept as text, not as points in time.");
  });

  it("leaves out columns it does not know, since free text may identify a person, and names them", () => {
    const content = read("environment,score,Full name,notes,message,\noptimize_kernel,1,Ada Example,met her in Paris,hi,\n");
    expect(JSON.stringify(attempts(content))).not.toMatch(/Ada|Paris|hi"/);
    expect(content.notes[0]).toBe(
      'Columns not imported: "Full name", "notes", "message", "(without a name)"; map one with --map column=field.',
    );
  });
});

describe("durations", () => {
  it.each([
    ["working_time", "8h", 28_800],
    ["working_time", "90m", 5400],
    ["working_time", "1H 30M", 5400],
    ["working_time", "136:30", 491_400],
    ["working_time", "0:07:30", 450],
    ["working_time", "0", 0],
    ["working_time", "0h", 0],
    ["working_time_hours", "7.75", 27_900],
    ["Working time (hours)".replace(/[()]/g, ""), "8:30", 30_600],
    ["working_time_minutes", "465", 27_900],
    ["working_time_minutes", "0:30:00", 1800],
    ["working_time_seconds", '"28,800"', 28_800],
    ["working_time_seconds", "28 800", 28_800],
  ])("%s %s is %d s", (column, cell, seconds) => {
    expect(attempts(withCell(column, cell))).toMatchObject([{workingSeconds: seconds}]);
  });

  it.each([
    ["working_time", "8", "working_time_hours"],
    ["time_limit", "28800", "time_limit_seconds"],
    ["working_time_minutes", "8:30", "minutes and seconds"],
    ["working_time_hours", "-8", "not below 0"],
    ["working_time", "long", "such as 8h"],
    ["working_time_hours", "1e308", "such as 8h"],
  ])("%s %s is refused", (column, cell, expected) => {
    expect(problems(withCell(column, cell))).toEqual([{line: 2, field: column, found: cell, expected: expect.stringContaining(expected)}]);
  });
});

describe("numbers", () => {
  const scores = (separator: string, ...cells: string[]) => {
    const content = read([`environment${separator}score`, ...cells.map((cell) => `optimize_kernel${separator}${cell}`)].join("\n"));
    return content.rows.map((row) => ("attempt" in row ? row.attempt.finalScore : row.problems[0]!.expected));
  };

  it("reads thousands separators in a file separated by commas", () => {
    expect(scores(",", '"1,234"', '"1,234.5"', '"1,234,567"', "1'234", "−0.5", ".5", "1e-3")).toEqual([
      1234, 1234.5, 1_234_567, 1234, -0.5, 0.5, 0.001,
    ]);
  });

  it.each([";", "\t"])("reads decimal commas in a file separated by %j", (separator) => {
    expect(scores(separator, "0,53", "1.234,5", "-12,25")).toEqual([0.53, 1234.5, -12.25]);
  });

  it("lets the other cells decide what 1,234 is in a file separated by semicolons", () => {
    expect(scores(";", "0,53", "1,234")).toEqual([0.53, 1.234]);
    expect(scores(";", "0.53", "1,234")).toEqual([0.53, 1234]);
    expect(scores(";", "0,53", "1.234")).toEqual([0.53, 1234]);
    expect(scores(";", "0.53", "1.234")).toEqual([0.53, 1.234]);
  });

  it("refuses it where they do not, or contradict each other", () => {
    const refused = expect.stringContaining("1234 or 1.234");
    expect(scores(";", "1,234", "2")).toEqual([refused, 2]);
    expect(scores(";", "0,53", "0.53", "1,234")).toEqual([0.53, 0.53, refused]);
    expect(scores(";", "1.234")).toEqual([expect.stringContaining("1.234 or 1234")]);
  });
});

describe("the file around the rows", () => {
  it("reads a byte-order mark, blank lines, a sep= line and any line ending", () => {
    for (const newline of ["\n", "\r\n", "\r"]) {
      const content = read(
        ["\uFEFFsep=;", "", "environment;score;person", "", "optimize_kernel;0,5;P1", ";;", "scaling_law;x;P2"].join(newline),
      );
      expect(attempts(content)).toMatchObject([{finalScore: 0.5}]);
      expect(problems(content)).toMatchObject([{line: 7, field: "score"}]);
    }
  });

  it("is not misled by commas in a file separated by semicolons or tabs", () => {
    const text = "environment;score;message, if any;cohort\noptimize_kernel;0,5;a, b, c, d;x, y\noptimize_kernel;0,5;a, b;x\n";
    for (const separator of [";", "\t"])
      expect(attempts(read(text.replaceAll(";", separator)))).toMatchObject([{finalScore: 0.5}, {finalScore: 0.5}]);
  });

  it("counts lines inside quoted cells", () => {
    const content = read('environment,score,person\r\n"optimize_kernel",1,"two\r\nlines"\r\noptimize_kernel,x,P2\r\n');
    expect(content.rows).toMatchObject([
      {line: 2, text: '"optimize_kernel",1,"two\nlines"', attempt: {participant: {person: "two\nlines"}}},
      {line: 4, problems: [{line: 4}]},
    ]);
  });

  it("refuses rows with too few or too many cells, but not empty cells at the end", () => {
    const content = read("environment,score\noptimize_kernel\noptimize_kernel,0,53\noptimize_kernel,0.5,,\n");
    expect(problems(content)).toMatchObject([
      {line: 2, field: null, found: "optimize_kernel", expected: expect.stringContaining("2 cells as in the header, not 1")},
      {line: 3, field: null, expected: expect.stringContaining("not 3")},
    ]);
    expect(attempts(content)).toHaveLength(1);
  });

  it.each(['optimize_kernel,"1\noptimize_kernel,2\n', 'optimize_kernel,"1"2\n'])("refuses broken quotes: %j", (rows) => {
    expect(problems(read(`environment,score\n${rows}`))).toMatchObject([
      {line: 2, field: null, expected: expect.stringContaining("quote")},
    ]);
  });

  it.each([
    ["", "invalid-record", "is empty"],
    ["\uFEFF \n\n", "invalid-record", "is empty"],
    ["environment,score\n", "invalid-record", "has a header but no rows"],
    ["environment,score,Score\na,1,2\n", "invalid-record", 'two columns have the same name, "score" and "Score"'],
    [
      "environment,score,time_limit,time_limit_hours\na,1,2,3\n",
      "invalid-record",
      '"time_limit" and "time_limit_hours" both give time_limit',
    ],
    ['environment,"score\na,1\n', "invalid-record", "header is not valid CSV"],
    ["task,result\na,1\n", "unknown-format", "no column for environment and one of score (raw)"],
    ["environment,result\na,1\n", "unknown-format", "found environment, result"],
    ["just one line of text", "unknown-format", "no column for environment"],
  ])("refuses the file %j", (text, code, problem) => {
    expect(thrown(() => read(text))).toMatchObject({code, problem: expect.stringContaining(problem)});
  });

  it("maps other headers, before columns that happen to have our name", () => {
    const text = "Task,Result (ms),Hours,person,who\noptimize_kernel,1.6,7.5,Ada Example,P1\n";
    const content = read(text, {environment: "task", natural_score: "Result (ms)", working_time_hours: "Hours", person: "who"});
    expect(attempts(content)).toMatchObject([{workingSeconds: 27_000, participant: {person: "P1"}}]);
    expect(content.notes[0]).toContain('"person"');
  });

  it("names fields and columns where the map does not fit", () => {
    const text = "Task,score\noptimize_kernel,1\n";
    expect(thrown(() => read(text, {enviroment: "Task"}))).toMatchObject({
      code: "usage",
      problem: expect.stringContaining("did you mean environment?"),
      hint: expect.stringContaining("natural_score"),
    });
    expect(thrown(() => read(text, {environment: "Tsk"}))).toMatchObject({code: "usage", hint: expect.stringContaining("Task, score")});
  });

  it("reads a large file in linear time", () => {
    const text = `environment,person,score\n${"optimize_kernel,P1,0.5\n".repeat(50_000)}`;
    expect(attempts(read(text)).at(-1)!.id).toBe("people.csv/P1/optimize_kernel/50000");
  }, 10_000);

  it("offers a template that imports", () => {
    const content = read(humanCsvTemplate());
    expect(problems(content)).toEqual([]);
    expect(attempts(content)).toHaveLength(2);
    for (const {id, participant} of attempts(content)) expect(id + JSON.stringify(participant)).toMatch(/^example-.*"example-/);
  });
});

describe("one row per score-log entry", () => {
  const header = "environment,person,log_time,score,message,working_time,time_limit\n";

  it("makes one attempt of a person's rows, sorted by time, with the score of the environment's rule", () => {
    const content = read(
      `${header}optimize_kernel,P1,2:00,1.0,fused,8:00,8h\noptimize_kernel,P1,1:00,0.7,,,\nscaling_law,P1,1:00,0.6,,,8h\noptimize_kernel,P1,3:00,NaN,wrong result,,8h\nscaling_law,P1,2:00,0.5,,,\n`,
    );
    expect(problems(content)).toEqual([]);
    const [kernel, scaling] = attempts(content);
    expect(kernel).toMatchObject({
      id: "people.csv/P1/optimize_kernel/1",
      workingSeconds: 28_800,
      timeLimitAssumed: false,
      finalScore: 0.7, // lower is better
      finalScoreRule: "best",
      scoreLog: [
        {workingSeconds: 3600, score: 0.7, message: null},
        {workingSeconds: 7200, score: 1, message: "fused"},
        {workingSeconds: 10_800, score: null, message: "wrong result"},
      ],
    });
    expect(scaling).toMatchObject({finalScore: 0.5, finalScoreRule: "last"});
    expect(content.rows[0]).toMatchObject({line: 2, text: expect.stringContaining("\noptimize_kernel,P1,3:00")});
    expect(content.notes).toContain("The score logs of 1 attempt were not in order of time; sorted.");
    expect(content.notes.join()).not.toContain("No score logs");
  });

  it("takes the highest normalized score, whatever the direction of raw ones", () => {
    const content = read("environment,person,log_time,normalized_score\noptimize_kernel,P1,1h,0.2\noptimize_kernel,P1,2h,0.9\n");
    expect(attempts(content)).toMatchObject([{finalScore: 0.9, scoreScale: "normalized"}]);
  });

  it("puts rows together by id where there is an id column", () => {
    const content = read(
      "id,environment,log_time,score\na,optimize_kernel,0,1.5\nb,optimize_kernel,0,1.5\na,optimize_kernel,1h,1.2\nc,optimize_kernel,,\n",
    );
    expect(attempts(content).map(({id, finalScore, scoreLog}) => [id, finalScore, scoreLog!.length])).toEqual([
      ["a", 1.2, 2],
      ["b", 1.5, 1],
      ["c", null, 0], // a row without time and score: an attempt that scored nothing
    ]);
  });

  it("refuses an attempt with a bad row as a whole, row by row", () => {
    const content = read(`${header}optimize_kernel,P1,1:00,1,,,\noptimize_kernel,P2,1:00,1,,,\noptimize_kernel,P1,2:00,x,,,\n`);
    expect(attempts(content).map(({id}) => id)).toEqual(["people.csv/P2/optimize_kernel/1"]);
    expect(problems(content)).toEqual([
      {line: 2, field: null, found: null, expected: expect.stringContaining("see line 4")},
      {line: 4, field: "score", found: "x", expected: expect.anything()},
    ]);
  });

  it("refuses a score without time", () => {
    expect(problems(read(`${header}optimize_kernel,P1,,1,,,\n`))).toMatchObject([{line: 2, field: "log_time", found: "an empty cell"}]);
  });

  it("refuses rows of an attempt that contradict each other", () => {
    const content = read(`${header}optimize_kernel,P1,1:00,1,,8:00,8h\noptimize_kernel,P1,2:00,1,,7:00,8h\n`);
    expect(problems(content)).toMatchObject([
      {line: 2},
      {line: 3, field: "working_time", found: "7:00", expected: expect.stringContaining("rows above")},
    ]);
  });

  it("refuses every attempt that a row which cannot be placed may belong to", () => {
    const rows = ["optimize_kernel,P1,1:00,1,,,", "optimize_kernal,P1,2:00,1,,,", "scaling_law,P2,1:00,0.5,,,"].join("\n");
    const content = read(`${header}${rows}\n`);
    expect(attempts(content).map(({id}) => id)).toEqual(["people.csv/P2/scaling_law/1"]);
    expect(problems(content)).toMatchObject([
      {line: 2, expected: expect.stringContaining("line 3")},
      {line: 3, field: "environment"},
    ]);
    expect(problems(read(`${header}optimize_kernel,,1:00,1,,,\n`))).toMatchObject([{line: 2, field: "person", found: "an empty cell"}]);
  });

  it("imports no attempt where an open quote takes the lines below it", () => {
    const content = read(`${header}optimize_kernel,P1,1:00,1,,,\nscaling_law,P2,1:00,1,"oops,,\noptimize_kernel,P1,2:00,0.9,,,\n`);
    expect(attempts(content)).toEqual([]);
    expect(content.rows.map(({line}) => line)).toEqual([2, 3]);
  });
});
