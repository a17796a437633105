/** What can be asked for; `auto` becomes one of the others on the host that runs the attempt. */
export const SANDBOX_CHOICES = ["auto", "bubblewrap", "docker", "podman", "none"] as const;
export type SandboxChoice = (typeof SANDBOX_CHOICES)[number];
export type SandboxKind = Exclude<SandboxChoice, "auto">;
