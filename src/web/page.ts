import {enhanceFigures} from "./enhanceFigures.js";
import {enhanceTable} from "./enhanceTable.js";
import {themeToggle} from "./themeToggle.js";

// What a report's page can do where scripts run. Without them it has all of its text, figures and tables all the same.
document.documentElement.classList.add("scripted");
themeToggle();
for (const table of document.querySelectorAll<HTMLTableElement>("main table")) enhanceTable(table);
enhanceFigures(document.querySelectorAll<HTMLElement>("figure.plot"));
