/** Environment variables with which the providers' own clients, and most agents, find the gateway. */
export function gatewayEnvironment({port, token}: {port: number; token: string}): Record<string, string> {
  const address = `http://127.0.0.1:${port}`;
  return {
    OPENAI_BASE_URL: `${address}/v1`,
    OPENAI_API_BASE: `${address}/v1`, // older clients
    OPENAI_API_KEY: token,
    ANTHROPIC_BASE_URL: address,
    ANTHROPIC_API_KEY: token,
  };
}
