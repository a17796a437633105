import {join} from "node:path";
import {environmentsFolder} from "../../assets.js";

/** What prepare.py and scorers keep of the host's environment: where programs, homes, certificates, proxies, caches and GPUs are. No keys. */
const KEPT = [
  ...["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "CUDA_HOME", "CUDA_VISIBLE_DEVICES"],
  ...["HF_HOME", "HF_ENDPOINT", "HF_HUB_OFFLINE", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"],
];

/** Environment variables for programs of an environment that we trust; `rebench_lib` can be imported from any folder. */
export function pythonEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = KEPT.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  return {
    PATH: "/usr/bin:/bin",
    LANG: "C.UTF-8",
    ...Object.fromEntries(kept),
    PYTHONPATH: join(environmentsFolder, "_lib"),
    PYTHONNOUSERSITE: "1",
  };
}
