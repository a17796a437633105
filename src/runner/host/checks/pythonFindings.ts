import {RebenchError} from "../../../errors.js";
import {type Finding, missing, ok, warn} from "../finding.js";
import {findPython, type Python, type PythonSearch} from "../findPython.js";
import {howToInstall, type PackageVersions, pythonPackages} from "../pythonPackages.js";

/** Python and the packages that environments need. A missing package is in the way of those environments alone. */
export async function pythonFindings(
  search: PythonSearch,
  needs: readonly string[],
): Promise<{python: Python | null; versions: PackageVersions; findings: Finding[]}> {
  try {
    const python = await findPython(search);
    const versions = await pythonPackages(python, needs);
    const found = `${python.version} (${python.path}, from ${python.from})`;
    return {python, versions, findings: [ok("Python", found), packagesFinding(python, versions)]};
  } catch (error) {
    if (!(error instanceof RebenchError)) throw error;
    return {python: null, versions: {}, findings: [missing("Python", error.problem, error.hint)]};
  }
}

function packagesFinding(python: Python, versions: PackageVersions): Finding {
  const names = Object.keys(versions);
  const lacking = names.filter((name) => versions[name] === null);
  const found = names.flatMap((name) => (versions[name] === null ? [] : [`${name} ${versions[name]}`])).join(", ");
  if (lacking.length === 0) return ok("Python packages", found || "none needed");
  return warn("Python packages", `${found || "none"}; not there: ${lacking.join(", ")}`, howToInstall(python, lacking));
}
