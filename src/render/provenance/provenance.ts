import * as z from "zod";

/** Version of what is written into files; it grows when an older rebench could no longer understand it. */
export const PROVENANCE_VERSION = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const count = z.int().nonnegative();

/** Any JSON object, taken as it is: zod's own record leaves the key `__proto__` out. */
const jsonObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "an object",
);

/** What a figure was made of and how: enough to make it again, and to say what differs. */
export const provenanceSchema = z.object({
  format: z.literal("rebench-figure"),
  formatVersion: z.literal(PROVENANCE_VERSION),
  /** Name in the catalogue of figures. */
  figure: z.string(),
  /** Version of the program that drew it. */
  toolVersion: z.string(),
  /** The attempts that were selected. */
  attempts: z.object({count, sha256}),
  /** The rows that are drawn (digestRows.ts). */
  rows: z.object({count, sha256, digests: z.array(z.string().regex(/^[0-9a-f]{8}$/, "8 hexadecimal digits")).nullable()}),
  specSha256: sha256,
  /** Null where nothing random was used. */
  seed: z.int().nullable(),
  /** Every choice of the analysis, as its result names them. */
  settings: jsonObject,
  draw: z.object({
    columns: z.union([z.literal(1), z.literal(2)]),
    dark: z.boolean(),
    dpi: z.number().positive().max(1200), // more is more than memory holds
    theme: jsonObject.nullable(),
    highlight: z.array(z.string()).nullable(),
    caption: z.boolean(),
  }),
  /** Of PNG and PDF, whose bytes are the same on the same platform only; such as `linux-x64`. */
  platform: z.string().optional(),
  /** Selection and estimation, as the analysis takes them. */
  options: jsonObject,
});

export type Provenance = z.infer<typeof provenanceSchema>;
