import {themeToggle} from "./themeToggle.js";
import {openForPrint} from "./transcript/openForPrint.js";
import {toolbar} from "./transcript/toolbar.js";

// What a transcript's page can do where scripts run. Without them all of it is there to be read, and links lead to each score.
document.documentElement.classList.add("scripted");
themeToggle();
toolbar(document.querySelector<HTMLElement>("main")!);
openForPrint();
