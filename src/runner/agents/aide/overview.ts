import type {AgentContext} from "../agent.js";

/** Lists files, and shows small texts of the workspace. The limits are characters. */
const SCRIPT = `import os, sys
room, most_of_a_file, most_files = int(sys.argv[1]), int(sys.argv[1]) // 3, 200
shown = []
for top in (".", "/data"):
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(folder, name)
            try:
                size = os.lstat(path).st_size
            except OSError:
                continue
            if len(shown) < most_files:
                print(f"{os.path.normpath(path)}  {size} bytes")
            shown.append((path, size))
if len(shown) > most_files:
    print(f"... and {len(shown) - most_files} more files")
for path, size in shown[:most_files]:
    if not path.startswith(".") or not path.endswith((".py", ".md", ".txt", ".json", ".rs", ".sh", ".toml", ".yaml", ".yml")):
        continue
    if size > min(room, most_of_a_file) or os.path.basename(path) == "instructions.md":
        continue
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(most_of_a_file)
    except (OSError, UnicodeDecodeError):
        continue
    room -= len(text)
    print(f"\\n----- {os.path.normpath(path)} -----\\n{text}")
`;

const [SECONDS, MOST_CHARACTERS] = [60, 40_000];

/** What an agent that cannot look around has to know: names and sizes of the files, and what the small texts among them say. */
export async function overview({exec, signal}: AgentContext, contextTokens: number): Promise<string> {
  const room = Math.min(MOST_CHARACTERS, contextTokens); // at four characters a token, a quarter of the window
  const {output} = await exec(["python3", "-I", "-S", "-B", "-c", SCRIPT, String(room)], {timeoutSeconds: SECONDS, signal});
  return output.slice(0, 2 * room);
}
