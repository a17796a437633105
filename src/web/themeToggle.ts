import {button} from "./element.js";

/** A button in the page's header that turns it dark or light, whatever the system prefers. Nothing is stored. */
export function themeToggle(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme === undefined ? system.matches : root.dataset.theme === "dark");
  const toggle = button("Dark", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    show();
  });
  const show = () => toggle.setAttribute("aria-pressed", String(isDark()));
  toggle.className = "theme-toggle";
  toggle.setAttribute("aria-label", "Dark mode");
  system.addEventListener("change", show);
  show();
  document.querySelector(".page-tools")?.append(toggle);
}
